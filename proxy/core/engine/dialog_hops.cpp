#include <utility>

#include "proxy/core/engine/dialog_desk.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using sip::transaction::ServerId;

namespace {

constexpr int patience_in_t1 = 8;  // as for an INVITE

}  // namespace

void DialogDesk::relay_to_server(const Message& request, const sip::Flow& from,
                                 NextHops::Route route, std::int64_t trunk) {
  if (Core::breadth_of(request) == 0) return core_.reply_stateless(request, from, 440);
  const auto at = open_relay(request, from, Kind::inside, {});
  if (at == relays_.end()) return;
  auto& [server, relay] = *at;
  relay.now = {trunk, {}, sip::without_push_params(request.request_uri()), {}, false};
  relay.hops = std::move(route.flows);
  if (relay.hops.empty() && route.looking) return await_hops(server, relay);
  if (!next_hop(server, relay)) not_reached(server, relay);
}

void DialogDesk::forward_by_ways(const Message& request, const sip::Flow& from,
                                 std::string_view caller, std::vector<Way> ways) {
  if (Core::breadth_of(request) == 0) return core_.reply_stateless(request, from, 440);
  const auto at = open_relay(request, from, Kind::outside, caller);
  if (at == relays_.end()) return;
  auto& [server, relay] = *at;
  relay.ways = std::move(ways);
  if (!go_on(server, relay)) not_reached(server, relay);
}

NextHops::Route DialogDesk::hops_of(const Relay& relay) {
  if (relay.now.trunk == 0) return core_.hops.to_pbx(*core_.settings, core_.now.mono);
  return core_.hops.to_trunk(relay.now.trunk, *core_.settings, core_.now.mono);
}

void DialogDesk::await_hops(ServerId server, Relay& relay) {
  relay.awaits_hops = true;
  awaiting_hops_.push_back(server);
}

/// To the next hop of this way, or of the ways after it. Only the last one's name is waited for.
bool DialogDesk::go_on(ServerId server, Relay& relay) {
  while (!next_hop(server, relay)) {
    if (relay.ways.empty()) return false;
    relay.now = std::move(relay.ways.front());
    relay.ways.erase(relay.ways.begin());
    relay.credentials.reset();
    relay.answers = 0;
    auto route = hops_of(relay);
    relay.hops = std::move(route.flows);
    if (relay.hops.empty() && route.looking && relay.ways.empty())
      return await_hops(server, relay), true;
  }
  return true;
}

/// As for a 503 of the server: the sender must not take it for one of ours (RFC 3261 section 16.7).
void DialogDesk::not_reached(ServerId server, Relay& relay) {
  relay.best_status = 503;
  finish(server, relay, false);
}

bool DialogDesk::next_hop(ServerId server, Relay& relay) {
  while (!relay.hops.empty()) {
    relay.hop = relay.hops.front();
    relay.hops.erase(relay.hops.begin());
    relay.heard = false;
    if (!send_to(server, relay, {relay.hop, relay.now.uri, {}, 0, true},
                 Core::breadth_of(relay.request)))
      continue;
    relay.hop_silent = core_.now.mono + core_.settings->timers.t1 * patience_in_t1;
    relay.hop_until.reset();
    if (!relay.hops.empty() || !relay.ways.empty()) relay.hop_until = relay.hop_silent;
    if (falls_back(relay)) relay.hop_until = core_.now.mono + Core::connect_patience;
    rearm(server, relay);
    return true;
  }
  return false;
}

/// Whoever has it now is the last one asked.
void DialogDesk::stay(Relay& relay) {
  relay.hops.clear();
  relay.ways.clear();
}

/// As of an INVITE that opens a call (docs/adr/0009): the same request on a new branch.
bool DialogDesk::answer_challenge(ServerId server, Relay& relay, const Message& response) {
  const auto* trunk = core_.trunks.trunk({relay.now.trunk, {}});
  if (!trunk || relay.cancelled || relay.hop == sip::Flow{}) return false;
  auto credentials = trunk::answer(*trunk, response, relay.request.method_text(), relay.now.uri,
                                   relay.answers, core_.ids);
  if (!credentials) return false;
  ++relay.answers;
  relay.credentials = std::move(credentials);
  if (relay.open > 0) --relay.open;
  return send_to(server, relay, {relay.hop, relay.now.uri, {}, 0, true},
                 Core::breadth_of(relay.request));
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
  if (relay.answered || (relay.hops.empty() && relay.ways.empty())) return false;
  if (relay.open > 0) --relay.open;
  return go_on(server, relay);
}

/// The next hop is the same peer over UDP: this one was tried for the size of the request.
bool DialogDesk::falls_back(const Relay& relay) {
  return !relay.hops.empty() && relay.hop.reliable() && relay.hops.front().peer == relay.hop.peer;
}

bool DialogDesk::was_left(const Relay& relay, sip::transaction::ClientId client) {
  return relay.hop != sip::Flow{} && relay.clients.back() != client;
}

/// Nothing was heard of the last hop.
void DialogDesk::on_hop_timer(ServerId server, Relay& relay) {
  if (core_.now.mono < relay.hop_silent && core_.is_connected(relay.hop)) {
    relay.hop_until = relay.hop_silent;
    return;
  }
  core_.transactions.hush(relay.clients.back());
  left_hop(server, relay, Left::lost);
}

void DialogDesk::on_hops_known() {
  for (const ServerId server : std::exchange(awaiting_hops_, {})) {
    const auto at = relays_.find(server);
    if (at == relays_.end() || at->second.answered) continue;
    Relay& relay = at->second;
    auto route = hops_of(relay);
    if (route.flows.empty() && route.looking) {
      awaiting_hops_.push_back(server);
      continue;
    }
    relay.awaits_hops = false;
    relay.hops = std::move(route.flows);
    if (!next_hop(server, relay)) not_reached(server, relay);
  }
}

}  // namespace proxy
