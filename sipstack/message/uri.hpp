#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/message/error.hpp"
#include "sipstack/message/params.hpp"

namespace sip {

/// A SIP or SIPS URI (RFC 3261 section 19.1), or the scheme alone of any other.
struct UriView {
  std::string_view text;
  std::string_view scheme;
  std::string_view user;  ///< escaped as written; empty when there is none
  std::string_view password;
  std::string_view host;  ///< IPv6 keeps its brackets
  std::uint16_t port{0};  ///< 0 when not given
  ParamsView params;
  std::string_view headers;  ///< after the question mark

  bool is_sip() const;  ///< sip or sips; only then the other fields mean anything
  bool is_sips() const;
  static Parsed<UriView> parse(std::string_view text);
};

/// "user@host" that identifies a user: user unescaped, host in lower case, nothing else. Nothing
/// when the URI has no user or is not SIP (RFC 3261 section 10.3 step 5: canonical form).
std::optional<std::string> address_of_record(const UriView& uri);

/// The URI with the named kinds of parameters taken out; used to keep push tokens from leaving.
std::string without_push_params(std::string_view uri_text);

/// True when the parameter carries push coordinates (RFC 8599 and the older Linphone names).
bool is_push_param(std::string_view name);

}  // namespace sip
