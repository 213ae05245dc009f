#include "sipstack/transport/flow.hpp"

#include <array>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

struct Names {
  std::string_view uri;
  std::string_view via;
};
constexpr std::array<Names, 5> names{
    {{"udp", "UDP"}, {"tcp", "TCP"}, {"tls", "TLS"}, {"ws", "WS"}, {"wss", "WSS"}}};

}  // namespace

std::string_view to_string(Transport transport) {
  return names[static_cast<std::size_t>(transport)].uri;
}

std::string_view via_name(Transport transport) {
  return names[static_cast<std::size_t>(transport)].via;
}

std::string_view uri_name(Transport transport) {
  return to_string(transport == Transport::wss ? Transport::ws : transport);
}

std::optional<Transport> parse_transport(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (iequals(names[i].uri, name)) return static_cast<Transport>(i);
  return std::nullopt;
}

std::string to_string(const Flow& flow) {
  std::string out{to_string(flow.transport)};
  out.append(":").append(std::to_string(flow.listener)).append(":").append(flow.peer.to_string());
  if (flow.connection != 0) out.append("#").append(std::to_string(flow.connection));
  return out;
}

std::optional<Flow> parse_flow(std::string_view text) {
  const auto first = text.find(':');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto hash = text.find('#', second);
  const auto transport = parse_transport(text.substr(0, first));
  const auto listener = parse_number(text.substr(first + 1, second - first - 1), 255);
  const auto peer = Endpoint::parse(text.substr(second + 1, hash - second - 1));
  if (!transport || !listener || !peer) return std::nullopt;
  Flow flow{*transport, static_cast<std::uint8_t>(*listener), *peer, 0};
  if (hash != std::string_view::npos) {
    const auto connection = parse_number(text.substr(hash + 1), UINT64_MAX);
    if (!connection) return std::nullopt;
    flow.connection = *connection;
  }
  // One flow has one text, so that texts may be compared in the store.
  if (to_string(flow) != text) return std::nullopt;
  return flow;
}

}  // namespace sip
