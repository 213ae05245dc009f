#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sipstack/message/error.hpp"
#include "sipstack/message/params.hpp"

namespace sip {

/// One Via value (RFC 3261 section 20.42).
struct ViaView {
  std::string_view transport;  ///< as written: "UDP"
  std::string_view host;       ///< IPv6 keeps its brackets
  std::uint16_t port{0};       ///< 0 when not given
  ParamsView params;
  std::string_view branch;  ///< empty when there is none

  /// The cookie alone names no transaction (RFC 4475 section 3.3.8).
  bool has_magic_cookie() const { return branch.size() > 7 && branch.starts_with("z9hG4bK"); }
  static Parsed<ViaView> parse(std::string_view text);
};

/// The value with `received` and `rport` filled in from where the request really came
/// (RFC 3261 section 18.2.1, RFC 3581 section 4). `address` without brackets.
std::string via_with_source(std::string_view via_value, std::string_view address,
                            std::uint16_t port);

}  // namespace sip
