#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/transport/endpoint.hpp"

namespace sip {

/// True for what RFC 5389 section 8 takes for STUN: no SIP message begins like that.
bool is_stun(std::string_view datagram);

/// The response to a binding request that came from `source` (RFC 5389 section 7.3.1, the
/// keep-alive of RFC 5626 section 4.4.2): its address, or 420 when it demands what we do not know.
/// Never more than three times as long as the request. Nothing for everything else: other methods
/// and classes, lengths that do not fit, a wrong FINGERPRINT. Credentials are not looked at, a
/// keep-alive has none.
std::optional<std::string> stun_answer(std::string_view datagram, const Endpoint& source);

/// The value of FINGERPRINT over these bytes (RFC 5389 section 15.5).
std::uint32_t stun_fingerprint(std::string_view message);

}  // namespace sip
