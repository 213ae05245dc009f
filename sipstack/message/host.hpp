#pragma once
#include <string_view>

namespace sip {

/// The host of a URI or a Via: a name, an IPv4 address or an IPv6 reference in brackets (RFC 3261
/// section 25.1). Underscores in names are let through, as real networks have them.
bool is_host(std::string_view text);

/// An IPv6 address without brackets. Accepts the ":::" before an IPv4 tail that the grammar of
/// RFC 3261 allows by mistake (RFC 5118 section 4.10).
bool is_ipv6(std::string_view text);

}  // namespace sip
