#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/push/route.hpp"

namespace proxy {

using record::Step;

/// `wake.retry`: the device has been asked once and gets a second push if it has not come by then.
void CallDesk::plan_retry(CallLeg& leg) {
  const auto patience = core_.settings->wake.retry;
  if (patience > sip::Duration{0}) leg.retry_at = core_.now.mono + patience;
}

/// Only for a device that sleeps on: `pushed` is left as soon as it is heard, or when its push was
/// refused. One that lost its token to another instance has none to be pushed to.
bool CallDesk::may_push_again(const CallEntry& call, const CallLeg& leg) const {
  const auto* device = core_.directory.device(leg.row.device_id);
  return !call.over() && leg.row.state == record::LegState::pushed && leg.row.push_attempts == 1 &&
         device && device->row.push && device->row.token_dead.empty() &&
         push::can_be_woken(device->row.push, *core_.settings);
}

/// Commits the second push before it is handed over, as the first. It does not prolong the hold:
/// the caller has waited for this device already.
void CallDesk::push_again(CallEntry& call, CallLeg& leg) {
  // While the first one is under way its service may still refuse it, and tries again by itself.
  if (book_.is_pushing(call.row.id, leg.row.device_id)) {
    leg.retry_at = sip::TimePoint{};  // stays known as passed
    return;
  }
  leg.retry_at.reset();
  if (!may_push_again(call, leg) || !within_budget(call, leg.row.device_id)) return;
  record::Leg row = leg.row;
  row.push_attempts = 2;
  row.pushed_again_at = core_.now.wall;
  core_.keep(row);
  call.pending_pushes.push_back(
      {leg.row.device_id, core_.written(), core_.now.mono + commit_patience, row.push_attempts});
  awaiting_commit_.push_back(call.row.id);
}

void CallDesk::hand_over_again(CallEntry& call, const PendingPush& pending, bool durable) {
  CallLeg* leg = call.leg(pending.device);
  if (!leg) return;
  if (!may_push_again(call, *leg)) return take_back(call, *leg, pending);
  if (!durable) note(call, Step::push_not_durable, pending.device);
  leg->row.push_attempts = pending.attempt;
  leg->row.pushed_again_at = core_.now.wall;
  leg->asked_again = core_.now.mono;
  ask_to_wake(call, pending);
}

/// The call was over, or the device awake, before the push left: what was committed ahead is
/// undone.
void CallDesk::take_back(CallEntry& call, CallLeg& leg, const PendingPush& pending) {
  const bool again = pending.attempt > 1;
  note(call, Step::push_dropped, pending.device, again ? "attempt 2" : "");
  if (!leg.persisted) return;
  if (!again) {
    leg.row.pushed_at.reset();
    leg.row.push_attempts = 0;
    if (step(call, leg, wake::LegInput::dropped)) return;
  }
  write_leg(leg);
}

}  // namespace proxy
