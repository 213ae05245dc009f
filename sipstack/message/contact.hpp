#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "sipstack/message/error.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"

namespace sip {

/// One Contact value with the parameters a registrar reads (RFC 3261 section 20.10, RFC 5626).
struct ContactView {
  NameAddrView address;  ///< wildcard: "*", and nothing else is set
  UriView uri;
  std::uint16_t q{1000};                 ///< in thousandths; 1000 when not given
  std::optional<std::uint32_t> expires;  ///< seconds; nothing when absent or no number
  std::optional<std::uint32_t> reg_id;   ///< 1 to 2^31-1 (RFC 5626 section 4.2)
  std::string_view instance;             ///< of +sip.instance, without quotes and angle brackets

  /// `text` is one value, not a list. Fails on a broken address, q or reg-id.
  static Parsed<ContactView> parse(std::string_view text);
};

/// "0.5" is 500. Nothing above 1 and no more than three decimals (RFC 3261 section 25.1 "qvalue").
std::optional<std::uint16_t> parse_qvalue(std::string_view text);

}  // namespace sip
