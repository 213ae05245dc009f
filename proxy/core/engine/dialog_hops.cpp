#include <utility>

#include "proxy/core/engine/dialog_desk.hpp"
#include "sipstack/message/uri.hpp"

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
    if (!send_to(server, relay,
                 {relay.hop, sip::without_push_params(relay.request.request_uri()), {}, true}))
      continue;
    relay.hop_silent = core_.now.mono + core_.settings->timers.t1 * patience_in_t1;
    std::optional<sip::TimePoint> until;
    if (!relay.hops.empty()) until = relay.hop_silent;
    if (falls_back(relay)) until = core_.now.mono + Core::connect_patience;
    hop_deadlines_.set(server, until);
    return true;
  }
  return false;
}

/// The hop that was tried last has failed. True when the request is on its way to the next one.
bool DialogDesk::left_hop(ServerId server, Relay& relay, Left how) {
  if (relay.hop == sip::Flow{}) return false;
  if (how == Left::said_503) {
    core_.hops.failed(relay.hop, core_.now.mono);
    // It would say the same over another transport.
    std::erase_if(relay.hops, [&](const sip::Flow& hop) { return hop.peer == relay.hop.peer; });
  } else {
    core_.hops.lost(relay.hop, core_.now.mono);
  }
  if (relay.answered || relay.hops.empty()) return false;
  if (relay.open > 0) --relay.open;
  return next_hop(server, relay);
}

/// The next hop is the same peer over UDP: this one was tried for the size of the request.
bool DialogDesk::falls_back(const Relay& relay) {
  return !relay.hops.empty() && relay.hop.reliable() && relay.hops.front().peer == relay.hop.peer;
}

bool DialogDesk::was_left(const Relay& relay, sip::transaction::ClientId client) {
  return relay.hop != sip::Flow{} && relay.clients.back() != client;
}

void DialogDesk::on_deadline() {
  while (const auto server = hop_deadlines_.pop_due(core_.now.mono)) {
    const auto at = relays_.find(*server);
    if (at == relays_.end() || at->second.heard || at->second.answered) continue;
    Relay& relay = at->second;
    if (core_.now.mono < relay.hop_silent && core_.is_connected(relay.hop)) {
      hop_deadlines_.set(*server, relay.hop_silent);
      continue;
    }
    core_.transactions.hush(relay.clients.back());
    left_hop(*server, relay, Left::lost);
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
