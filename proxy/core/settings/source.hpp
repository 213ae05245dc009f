#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/transport/endpoint.hpp"

namespace proxy {

/// Who is held to account for an address: an IPv4 address itself, of an IPv6 one its /64, of which
/// one host may use all.
sip::Address source_of(const sip::Address& address);

/// "192.0.2.1", "2001:db8::/64".
std::string source_text(const sip::Address& source);

/// An address, or the /64 of one; nothing for other blocks.
std::optional<sip::Address> parse_source(std::string_view text);

}  // namespace proxy
