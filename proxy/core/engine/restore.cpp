#include <algorithm>

#include "proxy/core/engine/call_desk.hpp"
#include "sipstack/message/reply.hpp"

namespace proxy {

using record::CallState;
using record::LegState;
using record::Step;
using wake::LegInput;

namespace {

bool has_step(const CallEntry& call, Step step) {
  return std::ranges::any_of(call.timeline,
                             [step](const record::Entry& entry) { return entry.what == step; });
}

}  // namespace

void CallDesk::restore(const record::Snapshot& snapshot) {
  book_.start_ids(snapshot.last_ids.call, snapshot.last_ids.leg);
  for (const record::Call& row : snapshot.open_calls) restore_call(snapshot, row);
}

void CallDesk::restore_call(const record::Snapshot& snapshot, const record::Call& row) {
  CallEntry entry;
  entry.row = row;
  entry.persisted = true;
  entry.final_sent = true;
  entry.timeline = record::decode(row.timeline).value_or(record::Timeline{});
  entry.row.timeline.clear();
  entry.keeps_heads = core_.settings->calls.message_heads != Settings::MessageHeads::off;
  if (row.answered_at) {
    entry.phase = CallEntry::Phase::answered;
  } else {
    entry.phase =
        row.end_reason == "declined" ? CallEntry::Phase::declined : CallEntry::Phase::cancelled;
  }
  for (const record::CallInvite& kept : snapshot.invites) {
    if (kept.call_id != row.id) continue;
    auto invite = Message::parse(kept.bytes, core_.settings->limits);
    const auto flow = sip::parse_flow(kept.flow);
    if (invite) entry.invite = std::move(*invite);
    if (flow) entry.source = *flow;
  }
  entry.told_already = !entry.invite && row.state == CallState::ended;
  if (const auto* callee = core_.directory.find_user(row.callee)) entry.user = callee->row.id;
  if (const auto* trunk = core_.trunks.trunk(row.from_trunk)) entry.from_trunk = trunk->id;
  if (const auto* trunk = core_.trunks.trunk(row.to_trunk)) {
    entry.out = std::make_unique<Outbound>();
    entry.out->now.trunk = trunk->id;
  }
  if (entry.invite) entry.caller_tag = sip::tag_of(entry.invite->value(sip::HeaderName::from));
  for (const record::Leg& leg : snapshot.legs)
    if (leg.call_id == row.id) entry.legs.push_back({.row = leg, .persisted = true});
  // Kept without a leg: the user as such was asked, or it followed another call.
  const bool for_user = entry.legs.empty() && !has_step(entry, Step::coalesced) &&
                        !has_step(entry, Step::forwarded);  // for somebody else
  if (entry.invite && for_user) entry.asked_user = entry.user;
  if (row.answered_at) {
    const auto& limits = core_.settings->limits;
    const sip::Duration left = *row.answered_at + limits.call_duration - core_.now.wall;
    entry.hung_up_by =
        core_.now.mono + std::clamp<sip::Duration>(left, sip::Duration{1}, limits.restored_call);
  }
  CallEntry& call = book_.add(std::move(entry));
  // What was on its way when the process died is not known to have arrived.
  for (CallLeg& leg : call.legs) {
    if (leg.row.state == LegState::late) step(call, leg, LegInput::late_failed);
    if (wake::has_call(leg.row.state) && !call.row.answered_at)
      step(call, leg, LegInput::told_cancel);
  }
  if (call.row.state == CallState::held || call.row.state == CallState::ringing) {
    call.known_until = core_.now.mono + 64 * core_.settings->timers.t1;
    end_restored(call);
  }
  open_windows_again(call);
  settle(row.id);
}

/// The caller of a call that was open gets 480 where he can be reached without his connection; to
/// its devices it is a missed call.
void CallDesk::end_restored(CallEntry& call) {
  note(call, Step::restarted);
  call.row.ended_at = core_.now.wall;
  call.row.end_reason = "restarted";
  call.row.final_status = 480;
  call.row.state = CallState::ended;
  ++core_.counters.calls_missed;
  if (!call.invite || call.source.reliable()) return;
  core_.reply_stateless(*call.invite, call.source, 480);
  note(call, Step::replied, 0, "480 Temporarily Unavailable");
}

}  // namespace proxy
