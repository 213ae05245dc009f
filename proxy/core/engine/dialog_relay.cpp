#include <algorithm>
#include <utility>

#include "proxy/core/call/best_response.hpp"
#include "proxy/core/call/challenges.hpp"
#include "proxy/core/engine/asserted_identity.hpp"
#include "proxy/core/engine/dialog_desk.hpp"
#include "proxy/core/settings/identity.hpp"

namespace proxy {

using sip::HeaderName;
using sip::Method;
using sip::transaction::ClientId;
using sip::transaction::ServerId;

namespace {

/// RFC 4320 section 4.1: when Timer E has grown to T2, a 100 stops the repetitions, and not before.
sip::Duration until_trying(const sip::transaction::TimerSettings& timers) {
  sip::Duration sum{0};
  for (sip::Duration next = timers.t1; next < timers.t2; next *= 2) sum += next;
  return sum;
}

/// Requests that make a dialog other than a call; what follows in it comes by here as well.
bool makes_dialog(Method method) {
  return method == Method::subscribe || method == Method::refer || method == Method::notify;
}

}  // namespace

/// The end of the table when there is no room; then it is answered.
DialogDesk::Relays::iterator DialogDesk::open_relay(const Message& request, const sip::Flow& from,
                                                    Kind kind, std::string_view caller) {
  const auto server = core_.transactions.open(request, from, core_.now.mono);
  if (!server) {
    ++core_.counters.overload;
    core_.reply_stateless(request, from, 503, {}, {{HeaderName::retry_after, "5"}});
    return relays_.end();
  }
  const auto at = relays_.try_emplace(*server).first;
  Relay& relay = at->second;
  relay.method = request.method();
  relay.kind = kind;
  relay.request = request;
  relay.from = from;
  relay.came = core_.now.mono;
  relay.caller = caller;
  relay.caller_device = core_.device_at(caller, from);
  relay.from_trunk = core_.from_trunk;
  relay.loop_mark = core_.loop_mark(request);
  if (relay.method == Method::invite) {
    core_.respond(*server, request, from, 100);
  } else {
    relay.trying_at = core_.now.mono + until_trying(core_.settings->timers);
  }
  rearm(*server, relay);
  return at;
}

void DialogDesk::relay(const Message& request, const sip::Flow& from,
                       const std::vector<Target>& targets, Kind kind, std::string_view caller) {
  const unsigned breadth = Core::breadth_of(request);
  if (breadth < targets.size()) return core_.reply_stateless(request, from, 440);
  const auto at = open_relay(request, from, kind, caller);
  if (at == relays_.end()) return;
  const auto share = breadth / static_cast<unsigned>(targets.size());
  for (const Target& target : targets) send_to(at->first, at->second, target, share);
  if (at->second.open == 0) finish(at->first, at->second, false);
}

std::string DialogDesk::request_for(const Relay& relay, const Target& target, const sip::Flow& way,
                                    std::string_view branch, unsigned breadth) const {
  const Message& request = relay.request;
  sip::Rewrite edit{request};
  if (relay.kind == Kind::inside) {
    Core::put_routes(edit, routes_beyond_us(request, target.uri));
  } else {
    routing::RouteSet routes{target.uri, {}};
    routes.add(target.path);
    Core::put_routes(edit, std::move(routes));
    edit.remove(HeaderName::proxy_authorization);
  }
  put_identity(
      edit, core_, {request, relay.from, relay.from_trunk, relay.caller},
      {!target.hop, core_.trunks.trunk({relay.at.way.trunk, {}}), relay.at.way.set_caller});
  if (const auto& own = relay.at.credentials) edit.append(own->name, own->value);
  if (makes_dialog(relay.method))
    core_.put_record_route(edit, relay.from, target.flow, cookie_for(relay, target));
  core_.forward_edits(edit, request, relay.from, core_.via(way, branch), breadth);
  return edit.build();
}

bool DialogDesk::send_to(ServerId server, Relay& relay, const Target& target, unsigned breadth,
                         Seq after) {
  const auto branch = core_.transactions.new_branch(relay.loop_mark);
  auto bytes = request_for(relay, target, target.flow, branch.text, breadth);
  auto way = target.flow;
  if (target.hop) way = core_.hops.way_for(way, bytes.size(), *core_.settings, core_.now.mono);
  const bool by_tcp = way != target.flow;
  if (by_tcp) bytes = request_for(relay, target, way, branch.text, breadth);
  const auto sent = sip::make_bytes(std::move(bytes));
  if (!core_.transactions.start(branch, relay.method, sent, way, after, core_.now.mono,
                                core_.layer_out))
    return false;
  if (by_tcp) {
    relay.at.hop = way;
    relay.hops.insert(relay.hops.begin(), target.flow);
  }
  if (relay.waits_for != 0) {
    relay.way = way;
    relay.sent = sent;
  }
  core_.flush();
  relay.clients.push_back(branch.id);
  ++relay.open;
  by_client_[branch.id] = server;
  return true;
}

/// Inside a dialog the cookie it has; the first NOTIFY of a subscription may make its route set
/// (RFC 6665 section 4.4.1).
std::string DialogDesk::cookie_for(const Relay& relay, const Target& target) const {
  if (relay.kind == Kind::inside) return std::string{own_cookie(relay.request)};
  routing::Cookie sides;
  sides.caller = {relay.from, relay.caller_device, is_pbx(relay.from, *core_.settings),
                  relay.from_trunk};
  sides.callee = {target.flow, target.device, target.device == 0 && relay.at.way.trunk == 0,
                  relay.at.way.trunk};
  return routing::encode(sides, core_.secret, relay.request.value(HeaderName::call_id),
                         sip::tag_of(relay.request.value(HeaderName::from)));
}

std::optional<std::string_view> DialogDesk::request_uri_of(ServerId server) const {
  const auto found = relays_.find(server);
  if (found == relays_.end()) return std::nullopt;
  return found->second.request.request_uri();
}

bool DialogDesk::cancel(ServerId server, std::string_view reason) {
  const auto found = relays_.find(server);
  if (found == relays_.end()) return false;
  Relay& relay = found->second;
  relay.cancelled = reason;
  stay(relay);
  stop_waiting(server, relay);
  if (relay.clients.empty() && !std::exchange(relay.answered, true))
    core_.respond(server, relay.request, relay.from, 487);
  for (const ClientId client : relay.clients)
    core_.transactions.cancel(client, reason, core_.now.mono, core_.layer_out);
  core_.flush();
  return true;
}

bool DialogDesk::on_response(ClientId client, const Message& response) {
  const auto at = by_client_.find(client);
  if (at == by_client_.end()) return false;
  const ServerId server = at->second;
  const auto found = relays_.find(server);
  if (found == relays_.end()) return true;
  Relay& relay = found->second;
  const int status = response.status();
  if (!Core::has_way_back(response)) {
    ++core_.counters.dropped;
    return status < 200 || on_client_lost(client, false);
  }
  if (was_left(relay, client) && status >= 300) return true;
  const bool not_there = status == 503 || status == 408 || status == 430;
  if (!not_there) stop_waiting(server, relay);
  if (!was_left(relay, client)) relay.heard = true;
  if (status < 200) {
    on_provisional(server, relay, client, response);
  } else if (status < 300) {
    on_answer(server, relay, response);
  } else if (!answer_challenge(server, relay, response) &&
             (status != 503 || !left_hop(server, relay, Left::said_503))) {
    on_refusal(server, relay, response);
  }
  return true;
}

void DialogDesk::on_provisional(ServerId server, Relay& relay, ClientId client,
                                const Message& response) {
  if (relay.cancelled)  // it could not be cancelled before (RFC 3261 section 9.1)
    core_.transactions.cancel(client, *relay.cancelled, core_.now.mono, core_.layer_out);
  if (response.status() > 100) stay(relay);
  // RFC 4320 section 4.1: none but 100, and that is hop by hop.
  if (response.status() > 100 && relay.method == Method::invite) {
    relay.timer_c = core_.now.mono + core_.settings->fork.timer_c;
    core_.transactions.respond(server, response.status(), sip::make_bytes(core_.backward(response)),
                               0, core_.now.mono, core_.layer_out);
  }
  core_.flush();
  rearm(server, relay);
}

void DialogDesk::on_answer(ServerId server, Relay& relay, const Message& response) {
  // A non-INVITE gets one final response; what other devices say to it is dropped.
  if (std::exchange(relay.answered, true) && relay.method != Method::invite) return;
  core_.transactions.respond(server, response.status(), sip::make_bytes(core_.backward(response)),
                             0, core_.now.mono, core_.layer_out);
  core_.flush();
  rearm(server, relay);
}

void DialogDesk::on_refusal(ServerId server, Relay& relay, const Message& response) {
  // A challenge of a trunk that we cannot answer, nobody behind us can.
  const bool foreign =
      relay.at.way.trunk != 0 && (response.status() == 401 || response.status() == 407);
  const int status = foreign ? 503 : response.status();
  std::string text = foreign ? std::string{} : core_.backward(response);
  const bool better = relay.best_status == 0 || call::is_better(status, relay.best_status);
  if (better) {
    relay.best_status = status;
    std::swap(relay.best_response, text);
  }
  if (!text.empty()) relay.others.push_back(std::move(text));
  if (relay.open > 0) --relay.open;
  if (relay.open == 0 && relay.waits_for == 0) finish(server, relay, false);
}

bool DialogDesk::on_client_lost(ClientId client, bool timed_out) {
  const auto at = by_client_.find(client);
  if (at == by_client_.end()) return false;
  const auto found = relays_.find(at->second);
  if (found == relays_.end()) return true;
  Relay& relay = found->second;
  if (was_left(relay, client) || left_hop(at->second, relay, Left::lost)) return true;
  if (relay.open > 0) --relay.open;
  if (relay.open == 0 && relay.waits_for == 0) finish(at->second, relay, timed_out);
  return true;
}

void DialogDesk::on_server_ended(ServerId server) {
  if (const auto found = relays_.find(server); found != relays_.end())
    stop_waiting(server, found->second);
  relays_.erase(server);
  deadlines_.set(server, std::nullopt);
}

void DialogDesk::on_client_ended(ClientId client) { by_client_.erase(client); }

/// Every branch has ended without a 2xx.
void DialogDesk::finish(ServerId server, Relay& relay, bool timed_out) {
  if (std::exchange(relay.answered, true)) return;
  const bool invite = relay.method == Method::invite;
  int status = relay.best_status == 503 ? 500 : 480;
  if (invite && status == 480) status = 408;
  // RFC 4320 section 4.2: a 408 tells the sender of a non-INVITE request nothing he does not know.
  const bool may_pass = relay.best_status != 503 && (invite || relay.best_status != 408);
  if (!relay.best_response.empty() && may_pass) {
    std::string best =
        call::with_all_challenges(std::move(relay.best_response), std::exchange(relay.others, {}));
    core_.transactions.respond(server, relay.best_status, sip::make_bytes(std::move(best)), 0,
                               core_.now.mono, core_.layer_out);
    core_.flush();
  } else if (timed_out && !invite) {
    relay.forget_at = core_.now.mono + core_.settings->timers.t4;  // copies are absorbed until then
  } else {
    core_.respond(server, relay.request, relay.from, status);
  }
  rearm(server, relay);
}

void DialogDesk::rearm(ServerId server, const Relay& relay) {
  std::optional<sip::TimePoint> next = relay.forget_at;
  if (!relay.answered)
    for (const auto& at : {relay.hop_until, relay.trying_at, relay.timer_c, relay.wake_until})
      if (at && (!next || *at < *next)) next = at;
  deadlines_.set(server, next);
}

void DialogDesk::on_deadline() {
  const auto now = core_.now.mono;
  const auto due = [now](std::optional<sip::TimePoint>& at) {
    return at && *at <= now && std::exchange(at, std::nullopt);
  };
  while (const auto server = deadlines_.pop_due(now)) {
    const auto at = relays_.find(*server);
    if (at == relays_.end()) continue;
    Relay& relay = at->second;
    if (due(relay.forget_at)) {
      core_.transactions.abandon(*server, core_.layer_out);
      continue;
    }
    if (due(relay.trying_at) && !relay.answered)
      core_.respond(*server, relay.request, relay.from, 100);
    if (due(relay.timer_c) && !relay.answered) cancel(*server, {});
    if (due(relay.wake_until) && !relay.answered) nobody_came(*server, relay);
    if (due(relay.hop_until) && !relay.answered && !relay.heard) on_hop_timer(*server, relay);
    rearm(*server, relay);
  }
}

}  // namespace proxy
