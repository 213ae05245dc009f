#include <algorithm>

#include "proxy/core/engine/call_desk.hpp"

namespace proxy {

using record::Step;

namespace {

/// A hop that has not said a word after four copies of the INVITE (0, 0.5, 1.5 and 3.5 s) is left
/// when there is another: a living one says 100 within 200 ms (RFC 3261 section 17.2.1).
constexpr int patience_in_t1 = 8;

}  // namespace

void CallDesk::next_hop(CallEntry& call) {
  const sip::Flow hop = call.hops.front();
  call.hops.erase(call.hops.begin());
  call.hop_until.reset();
  start_branch(call, {0, hop, hop, call.out ? call.out->now.uri : call.row.callee, {}}, 0);
  const bool more = call.out && (!call.out->ways.empty() || call.out->end);
  const bool last = call.hops.empty() && !more;
  if (last || call.branches.empty()) return;
  const auto patience = falls_back(call, call.branches.back())
                            ? Core::connect_patience
                            : core_.settings->timers.t1 * patience_in_t1;
  call.hop_until = core_.now.mono + patience;
}

/// A hop, one that is being looked up, or where the routes end.
bool CallDesk::has_next(CallEntry& call) {
  return has_next_hop(call) || call.awaits_hops || (call.out && call.out->end);
}

void CallDesk::go_on(CallEntry& call) {
  call.hop_until.reset();
  if (!call.hops.empty()) return next_hop(call);
  if (call.awaits_hops) return;
  end_by_route(call);
  ask_callee(call);
}

/// RFC 3263 section 4.3. Not once a hop rings: the call is there, whatever happens to it.
bool CallDesk::may_leave_hop(CallEntry& call, const Branch& left) {
  return !call.over() && !is_at_hop(call, &left) && has_next(call);
}

/// Another one than `left` may still take the call, or one has said that it rings.
bool CallDesk::is_at_hop(const CallEntry& call, const Branch* left) {
  return std::ranges::any_of(call.branches, [&](const Branch& b) {
    const bool goes_on = &b != left && b.pending() && !b.superseded;
    return b.device == 0 && (goes_on || b.provisional > 100);
  });
}

bool CallDesk::left_hop(CallEntry& call, Branch& branch, Left how, const std::string& why) {
  if (branch.device != 0) return false;
  if (how == Left::said_503) {
    core_.hops.failed(branch.flow, core_.now.mono);
    // It would say the same over another transport.
    std::erase_if(call.hops, [&](const sip::Flow& hop) { return hop.peer == branch.flow.peer; });
  } else {
    core_.hops.lost(branch.flow, core_.now.mono);
  }
  const bool left_before = call.user != 0 || call.hunt();  // the call is at users of ours now
  if (!left_before && !may_leave_hop(call, branch)) return false;
  end_branch(branch, how == Left::silent ? 408 : 503, {});
  note(call, Step::branch_failed, branch.device, why);
  if (!left_before) go_on(call);
  return true;
}

void CallDesk::on_hop_timer(CallEntry& call) {
  call.hop_until.reset();
  const auto hop =
      std::ranges::find(call.branches.rbegin(), call.branches.rend(), 0, &Branch::device);
  if (call.over() || hop == call.branches.rend()) return;
  Branch& last = *hop;
  if (!last.pending() || last.heard()) return;
  const auto silent_until = last.started + core_.settings->timers.t1 * patience_in_t1;
  if (core_.now.mono < silent_until && core_.is_connected(last.flow)) {
    call.hop_until = silent_until;
    return;
  }
  core_.hops.lost(last.flow, core_.now.mono);
  if (!may_leave_hop(call, last)) return;
  supersede(call, last);  // what it may still say is heard
  go_on(call);
}

void CallDesk::on_hops_known() {
  for (const CallKey key : std::exchange(awaiting_hops_, {})) {
    CallEntry* call = book_.find(key);
    if (!call || !call->awaits_hops) continue;
    if (call->over()) {
      call->awaits_hops = false;
      continue;
    }
    const bool by_routes = call->out && !call->out->ways.empty();
    auto route = hops_of(by_routes ? call->out->ways.front().trunk : 0);
    if (route.flows.empty() && route.looking) {
      awaiting_hops_.push_back(key);
      continue;
    }
    call->awaits_hops = false;
    if (is_at_hop(*call, nullptr)) {  // the one before has it after all
      settle(key);
      continue;
    }
    if (!by_routes) call->hops = std::move(route.flows);
    if (has_next(*call)) {
      go_on(*call);
    } else {
      no_hop(*call);
    }
    settle(key);
  }
}

/// As for a 503 of the PBX: the caller must not take it for one of ours (RFC 3261 section 16.7).
void CallDesk::no_hop(CallEntry& call) {
  ++core_.counters.calls_failed;
  note(call, Step::branch_failed, 0, std::string{core_.hops.trouble()});
  answer_caller(call, 500, "PBX Not Reachable", {});
  end_ringing(call, CallEntry::Phase::failed, "not reached");
}

}  // namespace proxy
