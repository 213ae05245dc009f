#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sipstack/locate/record.hpp"
#include "sipstack/transport/flow.hpp"

namespace sip::locate {

/// A transport of a domain, and the name its SRV records are under.
struct Service {
  Transport transport{Transport::udp};
  std::string name;
  bool operator==(const Service&) const = default;
};

/// "_sips._tcp.example.com" (RFC 3263 section 4.1, RFC 7118 section 6).
std::string srv_name(Transport transport, std::string_view host);
/// "SIP+D2U"; nothing for what is not ours.
std::optional<Transport> transport_of_service(std::string_view naptr_service);
std::uint16_t default_port(Transport transport);
constexpr bool is_secure(Transport transport) {
  return transport == Transport::tls || transport == Transport::wss;
}

/// The services a client of these transports should try, best first (RFC 3263 section 4.1, RFC
/// 3403 section 4.1): of the records it can use, those of the lowest order, by preference.
std::vector<Service> choose_services(const std::vector<Record>& naptrs,
                                     const std::vector<Transport>& supported, bool secure_only);

}  // namespace sip::locate
