#pragma once
#include <cstdint>

namespace proxy::record {

/// How a member of a row is shown; the rest follows from its type.
enum class Shown : std::uint8_t {
  plainly,
  as_list,  ///< its lines
  never,    ///< a secret
};

}  // namespace proxy::record
