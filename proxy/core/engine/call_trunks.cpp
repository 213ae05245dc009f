#include <algorithm>
#include <utility>

#include "proxy/core/engine/call_desk.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/message/uri.hpp"

// Calls that leave by routes: one way after another, each with its own hops, number and
// credentials.

namespace proxy {

using record::Step;

void CallDesk::arrive_by_routes(Message invite, const sip::Flow& source,
                                std::string_view caller_aor, Ways by) {
  std::string callee = sip::without_push_params(invite.request_uri());
  CallEntry entry = make_entry(std::move(invite), source, std::move(callee));
  if (ended_at_restart(entry)) return core_.reply_stateless(*entry.invite, source, 480);
  entry.caller_device = core_.device_at(caller_aor, source);
  entry.caller_aor = caller_aor;
  if (!open(entry)) return;
  entry.out = std::make_unique<Outbound>();
  entry.out->ways = std::move(by.ways);
  entry.out->end = std::move(by.end);
  CallEntry& call = book_.add(std::move(entry));
  if (has_next(call)) {
    go_on(call);
  } else {
    no_hop(call);
  }
  settle(call.row.id);
}

std::size_t CallDesk::calls_on(std::int64_t trunk) const {
  return static_cast<std::size_t>(std::ranges::count_if(book_.calls(), [&](const auto& entry) {
    const CallEntry& call = entry.second;
    if (call.row.state == record::CallState::ended) return false;
    return call.from_trunk == trunk || (call.out && call.out->now.trunk == trunk);
  }));
}

bool CallDesk::has_channel(const record::Trunk& trunk) const {
  return trunk.channels == 0 || calls_on(trunk.id) < trunk.channels;
}

/// Hops of the way the call is on, or of the next one that has some. False with `awaits_hops` when
/// the last one's name is still being looked up.
bool CallDesk::has_next_hop(CallEntry& call) {
  if (call.awaits_hops) return false;
  while (call.hops.empty() && call.out && !call.out->ways.empty()) {
    auto& ways = call.out->ways;
    const auto* trunk = core_.trunks.trunk({ways.front().trunk, {}});
    const bool full = trunk && !ways.front().emergency && !has_channel_but(call, *trunk);
    if (full) note(call, Step::branch_failed, 0, "all channels of " + trunk->name + " are taken");
    auto route = full ? NextHops::Route{} : hops_of(ways.front().trunk);
    if (route.flows.empty() && route.looking && ways.size() == 1) {
      call.awaits_hops = true;
      awaiting_hops_.push_back(call.row.id);
      return false;
    }
    Way way = std::move(ways.front());
    ways.erase(ways.begin());
    if (!route.flows.empty()) take(call, std::move(way), std::move(route.flows));
  }
  return !call.hops.empty();
}

/// From here on the call is on this way.
void CallDesk::take(CallEntry& call, Way way, std::vector<sip::Flow> hops) {
  call.hops = std::move(hops);
  call.row.to_trunk = core_.trunks.name_of(way.trunk);
  core_.report(Level::info, "call.routed",
               {{"call_id", call.row.call_id},
                {"route", way.route},
                {"trunk", way.trunk == 0 ? "pbx" : call.row.to_trunk},
                {"uri", way.uri}});
  call.out->now = std::move(way);
  call.out->credentials.reset();
  call.out->answers = 0;
}

/// The call itself is on this trunk already.
bool CallDesk::has_channel_but(const CallEntry& call, const record::Trunk& trunk) const {
  if (trunk.channels == 0) return true;
  record::Trunk with_this = trunk;
  if (call.out && call.out->now.trunk == trunk.id && call.row.state != record::CallState::ended)
    ++with_this.channels;
  return has_channel(with_this);
}

NextHops::Route CallDesk::hops_of(std::int64_t trunk) {
  if (trunk == 0) return core_.hops.to_pbx(*core_.settings, core_.now.mono);
  return core_.hops.to_trunk(trunk, *core_.settings, core_.now.mono);
}

void CallDesk::renamed_trunk(const std::string& from, const std::string& to) {
  for (const auto& entry : book_.calls()) {
    CallEntry& call = *book_.find(entry.first);
    if (call.row.from_trunk != from && call.row.to_trunk != from) continue;
    for (auto* name : {&call.row.from_trunk, &call.row.to_trunk})
      if (*name == from) *name = to;
    if (call.persisted || (call.over() && call.final_sent)) write_call(call);
  }
}

/// RFC 3261 section 22.3: a proxy may have credentials. The same INVITE on a new branch; its CSeq
/// is the caller's (docs/adr/0009).
bool CallDesk::answer_challenge(CallEntry& call, Branch& branch, const Message& response) {
  if (branch.device != 0 || !call.out) return false;
  // One that was left, and is heard now, is not asked again.
  if (branch.trunk != call.out->now.trunk) return false;
  if (&branch !=
      &*std::ranges::find(call.branches.rbegin(), call.branches.rend(), 0, &Branch::device))
    return false;
  const auto* trunk = core_.trunks.trunk({call.out->now.trunk, {}});
  if (!trunk) return false;
  auto credentials =
      trunk::answer(*trunk, response, "INVITE", call.out->now.uri, call.out->answers, core_.ids);
  if (!credentials) return false;
  ++call.out->answers;
  call.out->credentials = std::move(credentials);
  const sip::Flow flow = branch.flow;
  const int status = response.status();
  end_branch(branch, status, {});
  note(call, Step::branch_failed, 0, std::to_string(status) + ", answered for " + trunk->name);
  start_branch(call, {0, flow, flow, call.out->now.uri, {}}, 0);
  return true;
}

/// A challenge that cannot be answered says nothing to the caller: he has no account there.
bool CallDesk::is_foreign_challenge(const Branch& branch, int status) {
  return branch.device == 0 && branch.trunk != 0 && (status == 401 || status == 407);
}

Sender CallDesk::sender_of(const CallEntry& call) {
  return {*call.invite, call.source, call.from_trunk, call.caller_aor};
}

}  // namespace proxy
