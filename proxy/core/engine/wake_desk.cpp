#include "proxy/core/engine/wake_desk.hpp"

#include <algorithm>

#include "proxy/core/engine/push_news.hpp"
#include "proxy/core/push/word.hpp"

namespace proxy {

namespace {

/// Who was asked so lately is not asked again: one push brings it for everything.
constexpr sip::Duration ask_again{10'000};
/// How long before the end of its registration a phone is woken, RFC 8599 section 5.5 and a bit.
constexpr sip::Duration refresh_lead{130'000};
constexpr sip::Duration refresh_deadline{60'000};
/// How often a phone's used up budget is told, since every request in a dialog may meet it.
constexpr sip::Duration tell_again{600'000};

}  // namespace

bool WakeDesk::ask(DeviceKey device, std::string_view call_id, sip::Duration deadline) {
  const auto* entry = core_.directory.device(device);
  if (!entry || !entry->row.push || !entry->row.token_dead.empty()) return false;
  const auto known = asked_.find(device);
  if (known != asked_.end() && core_.now.mono - known->second < ask_again) return true;
  push::CallNotice notice;
  notice.event = "wake";
  notice.call_id = call_id;
  notice.callee = core_.directory.aor_of(device);
  notice.device = &entry->row;
  notice.sent_at = core_.now.wall;
  notice.ttl = std::chrono::duration_cast<std::chrono::seconds>(deadline);
  auto request = push::word(notice, *core_.settings);
  if (!request) return false;
  if (!core_.budgets.spend_for_device(device, core_.settings->wake.budget, core_.now.mono)) {
    withheld(device, call_id);
    return false;
  }
  asked_[device] = core_.now.mono;
  const PushId id = book_.next_push_id();
  pushes_[id] = {device, core_.now.wall};
  core_.report(
      Level::info, "push.asked",
      {{"call_id", std::string{call_id}}, {"device", std::to_string(device)}, {"event", "wake"}});
  core_.put(Push{std::move(*request), id, deadline});
  return true;
}

void WakeDesk::withheld(DeviceKey device, std::string_view call_id) {
  ++core_.counters.pushes_withheld;
  const auto [last, first] = withheld_.try_emplace(device, core_.now.mono);
  if (!first && core_.now.mono - last->second < tell_again) return;
  last->second = core_.now.mono;
  core_.report(Level::warn, "push.withheld",
               {{"call_id", std::string{call_id}},
                {"device", std::to_string(device)},
                {"budget", "of the phone"},
                {"event", "wake"}});
  const std::string result = "withheld: the push budget of the phone is used up";
  auto& row = core_.directory.device(device)->row;
  row.last_result = result;
  core_.write(row);
  keep(device, core_.now.wall, 0, result);
}

/// A leg of no call, for the log of pushes.
void WakeDesk::keep(DeviceKey device, sip::WallTime at, std::uint32_t attempts,
                    std::string result) {
  record::Leg leg;
  leg.id = book_.next_leg_id();
  leg.device_id = device;
  leg.state = record::LegState::closed;
  leg.pushed_at = at;
  leg.push_attempts = attempts;
  leg.push_result = std::move(result);
  core_.write(std::move(leg));
}

std::optional<DeviceKey> WakeDesk::on_push(const PushDone& done) {
  const auto found = pushes_.find(done.id);
  if (found == pushes_.end()) return std::nullopt;
  const Asked asked = found->second;
  pushes_.erase(found);
  learn_from_push(core_, asked.device, done, asked.at);
  if (done.outcome == PushOutcome::accepted) return asked.device;
  core_.report(Level::warn, "push.refused",
               {{"device", std::to_string(asked.device)}, {"reason", done.reason}});
  keep(asked.device, asked.at, 1, result_of(done));
  return asked.device;
}

void WakeDesk::device_came(DeviceKey device, bool registered) {
  if (!asked_.empty()) asked_.erase(device);
  if (registered) plan_refresh(device);
}

/// Once for a registration: who does not come then sleeps until a call wakes it.
void WakeDesk::plan_refresh(DeviceKey device) {
  if (!core_.settings->wake.refresh) return;
  const auto* entry = core_.directory.device(device);
  const auto* contact = entry ? entry->newest() : nullptr;
  std::optional<sip::TimePoint> at;
  if (contact && entry->row.push && !entry->row.wakes_itself) {
    const auto left = contact->expires - core_.now.mono;
    at = contact->expires - std::min(refresh_lead, left / 2);
  }
  refreshes_.set(device, at);
}

void WakeDesk::restore(const record::Snapshot& snapshot) {
  for (const record::Binding& row : snapshot.bindings) plan_refresh(row.device_id);
}

void WakeDesk::on_deadline() {
  while (const auto device = refreshes_.pop_due(core_.now.mono)) {
    const auto* entry = core_.directory.device(*device);
    if (entry && entry->newest() && core_.settings->wake.refresh)
      ask(*device, {}, refresh_deadline);
  }
}

}  // namespace proxy
