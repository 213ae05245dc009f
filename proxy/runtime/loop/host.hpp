#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/settings/settings.hpp"
#include "sipstack/net/network.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy::runtime {

/// What this machine is called and where it is reached, as the system tells.
struct Host {
  std::string name;                        ///< lower case; empty when it is no host name
  std::vector<sip::Address> addresses;     ///< of all interfaces that are up
  std::optional<sip::Address> outward_v4;  ///< where packets to the world leave from
  std::optional<sip::Address> outward_v6;
};
Host look_at_host();

/// The address others best reach this machine at: the outward one, else the first that is not
/// loopback, else loopback.
sip::Address main_address(const Host& host, bool v4);

/// "host", "host:port", "[2001:db8::1]:5060": port 0 when not given. Nothing when malformed.
struct Advertised {
  std::string host;  ///< lower case, brackets included
  std::uint16_t port{0};
  bool operator==(const Advertised&) const = default;
};
std::optional<Advertised> parse_advertise(std::string_view text);

/// Where each bound listener is reached: as advertised, as bound, or for 0.0.0.0 and [::] at the
/// main address. Throws StartError when an `advertise` is malformed.
std::vector<Settings::Local> find_locals(const std::vector<Settings::Listener>& listeners,
                                         const std::vector<sip::net::Network::Bound>& bound,
                                         const Host& host);

/// The one domain of a server that was given none: the host's name, else its address.
std::string default_domain(const Host& host);
/// Names and addresses that a certificate of this server should be for, the domains first.
std::vector<std::string> certificate_names(const Settings& settings, const Host& host);
/// All names and addresses that mean this server: the host's, "localhost", advertised hosts.
std::vector<std::string> find_aliases(const Settings& settings, const Host& host);

}  // namespace proxy::runtime
