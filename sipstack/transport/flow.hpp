#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/transport/endpoint.hpp"

namespace sip {

enum class Transport : std::uint8_t { udp, tcp, tls, ws, wss };

std::string_view to_string(Transport transport);  ///< lower case, as in the configuration: "wss"
/// As the transport parameter of a URI: "ws" for both kinds of WebSocket (RFC 7118 section 5).
std::string_view uri_name(Transport transport);
std::string_view via_name(Transport transport);  ///< upper case, as in Via: "UDP"
std::optional<Transport> parse_transport(std::string_view name);
constexpr bool is_stream(Transport transport) { return transport != Transport::udp; }

/// One way to reach a peer: for UDP our socket and its address, for the others one connection
/// (RFC 5626 section 3.1). A plain value; two equal flows are the same flow.
struct Flow {
  Transport transport{Transport::udp};
  std::uint8_t listener{0};  ///< index of the listening socket it belongs to
  Endpoint peer{};
  std::uint64_t connection{0};  ///< streams: never reused, not even over a restart; 0 asks the
                                ///< shell for a connection to `peer`, opened if there is none
  auto operator<=>(const Flow&) const = default;
  bool reliable() const { return is_stream(transport); }
};

/// "udp:0:192.0.2.1:5060", "tcp:1:[2001:db8::1]:40000#1722": for logs, the store and the API.
std::string to_string(const Flow& flow);
std::optional<Flow> parse_flow(std::string_view text);

}  // namespace sip

template <>
struct std::hash<sip::Flow> {
  std::size_t operator()(const sip::Flow& f) const noexcept {
    const auto h = std::hash<sip::Endpoint>{}(f.peer);
    const std::uint64_t rest = f.connection * 4 + static_cast<std::uint64_t>(f.transport) +
                               (std::uint64_t{f.listener} << 56);
    return static_cast<std::size_t>((h ^ rest) * 0x9E3779B97F4A7C15ULL);
  }
};
