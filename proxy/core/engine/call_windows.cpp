#include <algorithm>

#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/late_call/missed.hpp"
#include "proxy/core/record/wake_times.hpp"
#include "proxy/core/wake/hold.hpp"

namespace proxy {

using record::Step;
using wake::LegInput;

namespace {

constexpr sip::Duration late_call_runs{1'000};

/// The device was heard without having registered, or was not asked after all.
bool ends_watch(LegInput input) {
  return input == LegInput::heard || input == LegInput::rang || input == LegInput::answered ||
         input == LegInput::refused || input == LegInput::late_done ||
         input == LegInput::push_refused;
}

sip::TimePoint asked_at(const CallLeg& leg, const Core& core) {
  if (leg.asked) return *leg.asked;
  return leg.row.pushed_at ? core.mono_of(*leg.row.pushed_at) : core.now.mono;
}

/// The push that may open the screen last.
sip::TimePoint asked_last(const CallLeg& leg, const Core& core) {
  if (leg.asked_again) return *leg.asked_again;
  return leg.row.pushed_again_at ? core.mono_of(*leg.row.pushed_again_at) : asked_at(leg, core);
}

}  // namespace

void CallDesk::hold_for(CallEntry& call, DeviceKey device) {
  const auto* entry = core_.directory.device(device);
  const auto& policy = core_.settings->wake;
  const auto hold = entry ? wake::hold_time(entry->row.wake_times, policy) : policy.timeout;
  const auto until = core_.now.mono + hold;
  call.wake_deadline = std::max(call.wake_deadline.value_or(until), until);
}

void CallDesk::watch_wake(const CallEntry& call, const CallLeg& leg) {
  wakes_.asked(leg.row.device_id, call.row.id, call.row.call_id, asked_at(leg, core_));
}

void CallDesk::watch_input(const CallLeg& leg, LegInput input) {
  if (ends_watch(input)) wakes_.forget(leg.row.device_id);
}

void CallDesk::learn_wake(DeviceKey device) {
  const auto wake = wakes_.came(device, core_.now.mono);
  if (!wake) return;
  auto* entry = core_.directory.device(device);
  if (!entry || !record::add_wake_time(entry->row.wake_times, wake->took)) return;
  ++entry->row.wake_count;
  entry->row.last_wake_ms = wake->took.count();
  core_.write(entry->row);
  auto& histogram = core_.counters.wake_ms;
  const auto ms = static_cast<std::uint64_t>(wake->took.count());
  for (std::size_t i = 0; i < histogram.le.size(); ++i)
    if (ms <= view::Counters::bounds_ms[i]) ++histogram.le[i];
  ++histogram.count;
  histogram.sum_ms += ms;
  core_.report(Level::info, "device.woke",
               {{"call_id", wake->call_id},
                {"device", std::to_string(device)},
                {"after_ms", std::to_string(ms)}});
}

void CallDesk::open_window(CallEntry& call, CallLeg& leg, sip::TimePoint end) {
  const auto* device = core_.directory.device(leg.row.device_id);
  const auto& policy = core_.settings->late_call;
  if (device) {
    leg.window_until = late_call::window_end(end, asked_last(leg, core_), device->row, policy);
    wakes_.close(leg.row.device_id, call.row.id, *leg.window_until);
  }
  if (!device || !late_call::is_eligible(device->row, policy)) {
    step(call, leg, LegInput::window_over);
    return;
  }
  call.window_at = std::min(call.window_at.value_or(*leg.window_until), *leg.window_until);
}

void CallDesk::open_user_window(CallEntry& call) {
  if (call.asked_user == 0) return;
  const auto asked = core_.mono_of(call.row.started_at);
  const record::Device unknown;  // asked through the webhook
  call.user_window = late_call::window_end(*call.ended, asked, unknown, core_.settings->late_call);
}

void CallDesk::open_windows_again(CallEntry& call) {
  const auto end = call.row.answered_at ? call.row.answered_at : call.row.ended_at;
  const auto since = end ? core_.mono_of(*end) : core_.now.mono;
  call.ended = since;
  open_user_window(call);
  for (CallLeg& leg : call.legs) {
    if (!wake::is_waiting(leg.row.state)) continue;
    if (leg.row.state == record::LegState::pushed) watch_wake(call, leg);
    open_window(call, leg, since);
  }
}

void CallDesk::close_windows(CallEntry& call) {
  call.window_at.reset();
  const auto look_again = [&call](sip::TimePoint at) {
    call.window_at = std::min(call.window_at.value_or(at), at);
  };
  for (CallLeg& leg : call.legs) {
    // An attempt that is under way may still fail and leave the leg waiting.
    if (leg.row.state == record::LegState::late) look_again(core_.now.mono + late_call_runs);
    if (!wake::is_waiting(leg.row.state) || !leg.window_until) continue;
    if (*leg.window_until > core_.now.mono) {
      look_again(*leg.window_until);
      continue;
    }
    note(call, Step::gone, leg.row.device_id);
    step(call, leg, LegInput::window_over);
  }
}

/// In the step that forgets the call, so that it is told of once.
void CallDesk::owe_notices(CallEntry& call) {
  MissedCall missed;
  for (CallLeg& leg : call.legs) {
    if (!call.told_already) {
      leg.row.notice =
          late_call::notice_for(call.row, leg.row, core_.settings->late_call.missed_push);
      if (leg.row.notice != record::Notice::none) write_leg(leg);
    }
    if (leg.row.notice != record::Notice::none) missed.legs.push_back(leg.row);
  }
  if (missed.legs.empty()) return;
  missed.call = call.row;
  missed.call.timeline = record::encode(call.timeline);
  core_.missed.push_back(std::move(missed));
}

}  // namespace proxy
