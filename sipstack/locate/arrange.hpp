#pragma once
#include <compare>
#include <string>
#include <vector>

#include "sipstack/base/ids.hpp"
#include "sipstack/locate/locator.hpp"

namespace sip::locate {

/// Where to send, and over what.
struct Target {
  Transport transport{Transport::udp};
  Endpoint endpoint{};
  auto operator<=>(const Target&) const = default;
};
std::string to_string(const Target& target);  ///< "tcp:192.0.2.1:5060"

/// The order to try: services by rank, hosts by priority, within one priority by weight and chance
/// (RFC 2782 "Usage rules"), a host's addresses as they came. No target twice, bounded.
std::vector<Target> arrange(const std::vector<Way>& ways, IdSource& dice);

}  // namespace sip::locate
