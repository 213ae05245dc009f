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
  while (call.hops.empty() && call.out && !call.out->ways.empty()) {
    call.out->now = std::move(call.out->ways.front());
    call.out->ways.erase(call.out->ways.begin());
    call.out->credentials.reset();
    call.out->answers = 0;
    const Way& way = call.out->now;
    const auto* trunk = core_.trunks.trunk({way.trunk, {}});
    if (trunk && !way.emergency && !has_channel_but(call, *trunk)) {
      note(call, Step::branch_failed, 0, "all channels of " + trunk->name + " are taken");
      continue;
    }
    call.row.to_trunk = core_.trunks.name_of(way.trunk);
    auto route = hops_of(call);
    call.hops = std::move(route.flows);
    core_.report(Level::info, "call.routed",
                 {{"call_id", call.row.call_id},
                  {"route", way.route},
                  {"trunk", trunk ? trunk->name : "pbx"},
                  {"uri", way.uri}});
    if (!call.hops.empty() || !route.looking || !call.out->ways.empty()) continue;
    call.awaits_hops = true;
    awaiting_hops_.push_back(call.row.id);
    return false;
  }
  return !call.hops.empty();
}

/// The call itself is on this trunk already.
bool CallDesk::has_channel_but(const CallEntry& call, const record::Trunk& trunk) const {
  if (trunk.channels == 0) return true;
  record::Trunk with_this = trunk;
  if (call.out && call.out->now.trunk == trunk.id && call.row.state != record::CallState::ended)
    ++with_this.channels;
  return has_channel(with_this);
}

NextHops::Route CallDesk::hops_of(const CallEntry& call) {
  if (!call.out || call.out->now.trunk == 0)
    return core_.hops.to_pbx(*core_.settings, core_.now.mono);
  return core_.hops.to_trunk(call.out->now.trunk, *core_.settings, core_.now.mono);
}

/// RFC 3261 section 22.3: a proxy may have credentials. The same INVITE on a new branch; its CSeq
/// is the caller's (docs/adr/0009).
bool CallDesk::answer_challenge(CallEntry& call, Branch& branch, const Message& response) {
  if (branch.device != 0 || !call.out) return false;
  // One that was left, and is heard now, is not asked again.
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
