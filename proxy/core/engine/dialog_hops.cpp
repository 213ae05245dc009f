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
  relay.at.way = {trunk, {}, sip::without_push_params(request.request_uri()), {}, false};
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

NextHops::Route DialogDesk::hops_of(const Way& way) {
  if (way.trunk == 0) return core_.hops.to_pbx(*core_.settings, core_.now.mono);
  return core_.hops.to_trunk(way.trunk, *core_.settings, core_.now.mono);
}

void DialogDesk::await_hops(ServerId server, Relay& relay) {
  relay.awaits_hops = true;
  awaiting_hops_.push_back(server);
}

/// To the next hop of this way, or of the ways after it. Only the last one's name is waited for.
/// False when there is none: it stays where it is.
bool DialogDesk::go_on(ServerId server, Relay& relay) {
  if (next_hop(server, relay)) return true;
  while (!relay.ways.empty()) {
    auto route = hops_of(relay.ways.front());
    if (route.flows.empty() && route.looking && relay.ways.size() == 1)
      return await_hops(server, relay), true;
    At before = std::exchange(relay.at, {std::move(relay.ways.front())});
    relay.ways.erase(relay.ways.begin());
    relay.hops = std::move(route.flows);
    if (next_hop(server, relay)) return true;
    relay.at = std::move(before);
  }
  return false;
}

/// As for a 503 of the server: the sender must not take it for one of ours (RFC 3261 section 16.7).
void DialogDesk::not_reached(ServerId server, Relay& relay) {
  relay.best_status = 503;
  finish(server, relay, core_.now.mono >= relay.came + 64 * core_.settings->timers.t1);
}

bool DialogDesk::next_hop(ServerId server, Relay& relay) {
  while (!relay.hops.empty()) {
    const auto before = std::exchange(relay.at.hop, relay.hops.front());
    relay.hops.erase(relay.hops.begin());
    if (!ask(server, relay)) {
      relay.at.hop = before;
      continue;
    }
    relay.heard = false;
    relay.hop_silent = core_.now.mono + core_.settings->timers.t1 * patience_in_t1;
    relay.hop_until.reset();
    if (!relay.hops.empty() || !relay.ways.empty()) relay.hop_until = relay.hop_silent;
    if (falls_back(relay)) relay.hop_until = core_.now.mono + Core::connect_patience;
    rearm(server, relay);
    return true;
  }
  return false;
}

bool DialogDesk::ask(ServerId server, Relay& relay) {
  return send_to(server, relay, {relay.at.hop, relay.at.way.uri, {}, 0, true},
                 Core::breadth_of(relay.request));
}

/// Whoever has it now is the last one asked.
void DialogDesk::stay(Relay& relay) {
  relay.hops.clear();
  relay.ways.clear();
  relay.awaits_hops = false;
}

/// As of an INVITE that opens a call (docs/adr/0009): the same request on a new branch.
bool DialogDesk::answer_challenge(ServerId server, Relay& relay, const Message& response) {
  const auto* trunk = core_.trunks.trunk({relay.at.way.trunk, {}});
  if (!trunk || relay.cancelled || relay.answered || relay.at.hop == sip::Flow{}) return false;
  auto credentials = trunk::answer(*trunk, response, relay.request.method_text(), relay.at.way.uri,
                                   relay.at.answers, core_.ids);
  if (!credentials) return false;
  ++relay.at.answers;
  relay.at.credentials = std::move(credentials);
  if (relay.open > 0) --relay.open;
  return ask(server, relay);
}

/// The hop that was tried last has failed. True when the request is on its way to the next one.
bool DialogDesk::left_hop(ServerId server, Relay& relay, Left how) {
  const sip::Flow& hop = relay.at.hop;
  if (hop == sip::Flow{}) return false;
  if (how == Left::said_503) {
    core_.hops.failed(hop, core_.now.mono);
    // It would say the same over another transport.
    std::erase_if(relay.hops, [&](const sip::Flow& other) { return other.peer == hop.peer; });
  } else {
    core_.hops.lost(hop, core_.now.mono);
  }
  if (relay.answered || is_too_late(relay) || !go_on(server, relay)) return false;
  if (relay.open > 0) --relay.open;
  return true;
}

/// Its sender would have given up before the next hop is (RFC 3261 section 17.1.2.2, Timer F).
bool DialogDesk::is_too_late(const Relay& relay) const {
  const auto t1 = core_.settings->timers.t1;
  return relay.method != sip::Method::invite &&
         core_.now.mono + patience_in_t1 * t1 > relay.came + 64 * t1;
}

/// The next hop is the same peer over UDP: this one was tried for the size of the request.
bool DialogDesk::falls_back(const Relay& relay) {
  return !relay.hops.empty() && relay.at.hop.reliable() &&
         relay.hops.front().peer == relay.at.hop.peer;
}

bool DialogDesk::was_left(const Relay& relay, sip::transaction::ClientId client) {
  return relay.at.hop != sip::Flow{} && (relay.awaits_hops || relay.clients.back() != client);
}

/// Nothing was heard of the last hop.
void DialogDesk::on_hop_timer(ServerId server, Relay& relay) {
  if (core_.now.mono < relay.hop_silent && core_.is_connected(relay.at.hop)) {
    relay.hop_until = relay.hop_silent;
    return;
  }
  const auto silent = relay.clients.back();
  if (left_hop(server, relay, Left::lost)) core_.transactions.hush(silent);
}

void DialogDesk::on_hops_known() {
  for (const ServerId server : std::exchange(awaiting_hops_, {})) {
    const auto found = relays_.find(server);
    if (found == relays_.end()) continue;
    Relay& relay = found->second;
    if (relay.answered || !relay.awaits_hops) continue;
    auto route = hops_of(relay.ways.empty() ? relay.at.way : relay.ways.front());
    if (route.flows.empty() && route.looking) {
      awaiting_hops_.push_back(server);
      continue;
    }
    relay.awaits_hops = false;
    if (relay.ways.empty()) relay.hops = std::move(route.flows);
    if (is_too_late(relay) || !go_on(server, relay)) not_reached(server, relay);
  }
}

}  // namespace proxy
