#pragma once
#include <cstdint>
#include <string_view>

#include "sipstack/message/error.hpp"

namespace sip {

/// RFC 3261 section 20.16. The number is below 2^31 (section 8.1.1.5).
struct CSeqView {
  std::uint32_t number{0};
  std::string_view method;

  static Parsed<CSeqView> parse(std::string_view text);
};

}  // namespace sip
