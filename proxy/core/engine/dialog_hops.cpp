#include <utility>

#include "proxy/core/engine/dialog_desk.hpp"

namespace proxy {

using sip::transaction::ServerId;

namespace {

constexpr int patience_in_t1 = 8;  // as for an INVITE

}  // namespace

void DialogDesk::relay_to_pbx(const Message& request, const sip::Flow& from, NextHops::Route route,
                              bool in_dialog) {
  if (route.flows.empty() && !route.looking)
    return core_.reply_stateless(request, from, 500, "PBX Not Reachable");
  const auto at = open_relay(request, from, in_dialog);
  if (at == relays_.end()) return;
  Relay& relay = at->second;
  relay.hops = std::move(route.flows);
  if (!relay.hops.empty()) {
    if (!next_hop(at->first, relay)) finish(at->first, relay);
    return;
  }
  relay.awaits_hops = true;
  awaiting_hops_.push_back(at->first);
}

bool DialogDesk::next_hop(ServerId server, Relay& relay) {
  while (!relay.hops.empty()) {
    relay.hop = relay.hops.front();
    relay.hops.erase(relay.hops.begin());
    relay.heard = false;
    if (!send_to(server, relay, {relay.hop, std::string{relay.request.request_uri()}, {}}))
      continue;
    std::optional<sip::TimePoint> until;
    if (!relay.hops.empty()) until = core_.now.mono + core_.settings->timers.t1 * patience_in_t1;
    hop_deadlines_.set(server, until);
    return true;
  }
  return false;
}

/// The hop that was tried last has failed. True when the request is on its way to the next one.
bool DialogDesk::left_hop(ServerId server, Relay& relay) {
  if (relay.hop == sip::Flow{}) return false;
  core_.hops.failed(relay.hop, core_.now.mono);
  if (relay.answered || relay.hops.empty()) return false;
  if (relay.open > 0) --relay.open;
  return next_hop(server, relay);
}

bool DialogDesk::was_left(const Relay& relay, sip::transaction::ClientId client) {
  return relay.hop != sip::Flow{} && relay.clients.back() != client;
}

void DialogDesk::on_deadline() {
  while (const auto server = hop_deadlines_.pop_due(core_.now.mono)) {
    const auto at = relays_.find(*server);
    if (at == relays_.end() || at->second.heard || at->second.answered) continue;
    Relay& relay = at->second;
    core_.transactions.hush(relay.clients.back());
    left_hop(*server, relay);
  }
}

void DialogDesk::on_hops_known() {
  for (const ServerId server : std::exchange(awaiting_hops_, {})) {
    const auto at = relays_.find(server);
    if (at == relays_.end() || at->second.answered) continue;
    Relay& relay = at->second;
    auto route = core_.hops.to_pbx(*core_.settings, core_.now.mono);
    if (route.flows.empty() && route.looking) {
      awaiting_hops_.push_back(server);
      continue;
    }
    relay.awaits_hops = false;
    relay.hops = std::move(route.flows);
    if (next_hop(server, relay)) continue;
    relay.best_status = 503;
    finish(server, relay);
  }
}

}  // namespace proxy
