#pragma once
#include <cstdint>

namespace proxy::view {

/// What became of the copies for a capture server (HEP) since the start; all zero without one.
struct Captured {
  std::uint64_t sent{0};
  std::uint64_t dropped{0};  ///< the socket did not take it, or the server's name is not known yet
  std::uint64_t cut{0};      ///< of those sent: the message's end did not fit
};

}  // namespace proxy::view
