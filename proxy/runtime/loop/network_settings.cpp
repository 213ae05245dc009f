#include "proxy/runtime/loop/network_settings.hpp"

#include <utility>

namespace proxy::runtime {
namespace {

constexpr std::uint16_t sip_port = 5060;

}  // namespace

sip::net::Settings network_settings(const Settings& settings,
                                    std::shared_ptr<const sip::net::TlsContext> tls) {
  sip::net::Settings out;
  out.limits = settings.limits;
  out.patience.handshake = settings.connections.handshake_timeout;
  out.patience.first_message = settings.connections.first_message_timeout;
  out.patience.idle = settings.connections.idle_timeout;
  out.patience.ping = settings.connections.ping_interval;
  out.tls = std::move(tls);
  for (const auto& one : settings.listeners)
    out.listeners.push_back({one.transport, one.address, false, one.origins});
  if (!settings.listeners.empty()) return out;
  for (const auto* text : {"0.0.0.0", "::"})
    for (const auto transport : {sip::Transport::udp, sip::Transport::tcp}) {
      const auto address = *sip::Address::parse(text);
      out.listeners.push_back({transport, {address, sip_port}, !address.is_v4(), {}});
    }
  return out;
}

void expect_pbx(const Settings& settings, sip::net::Network& network) {
  if (!settings.pbx || settings.pbx->tls_name.empty()) return;
  if (const auto address = sip::Address::parse(settings.pbx->host))
    network.expect({*address, settings.pbx->port}, settings.pbx->tls_name);
}

}  // namespace proxy::runtime
