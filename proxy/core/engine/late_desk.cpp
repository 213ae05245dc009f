#include "proxy/core/engine/late_desk.hpp"

#include <algorithm>

#include "proxy/core/late_call/eligibility.hpp"
#include "proxy/core/late_call/invite.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using late_call::AttemptInput;
using late_call::Effect;
using record::Step;
using sip::transaction::ClientId;
using wake::LegInput;

namespace {
constexpr std::uint32_t attempts_max = 3;

std::string reason_of(const CallEntry& call) {
  return late_call::reason_for(late_call::end_of(call.row), call.row.cancel_reason);
}
}  // namespace

void LateDesk::device_came(DeviceKey device, bool registered) {
  for (const CallKey key : book_.of_device(device)) {
    CallEntry& call = *book_.find(key);
    CallLeg* leg = call.over() ? call.leg(device) : nullptr;
    if (!leg || !may_call(call, *leg)) continue;
    if (registered || leg->row.state == record::LegState::pushed)
      calls_.note(call, registered ? Step::registered : Step::keep_alive, device);
    calls_.step(call, *leg, LegInput::came);
    auto& waiting = lines_[device].waiting;
    if (std::ranges::find(waiting, key) == waiting.end()) waiting.push_back(key);
  }
  if (lines_.contains(device)) start_next(device);
}

bool LateDesk::may_call(CallEntry& call, const CallLeg& leg) const {
  // A phone that was never asked to wake expects nothing.
  if (!wake::is_waiting(leg.row.state) || !leg.row.pushed_at || !call.invite) return false;
  if (leg.row.late_attempts >= attempts_max) return false;
  const auto* device = core_.directory.device(leg.row.device_id);
  const auto& policy = core_.settings->late_call;
  if (!device || !device->reachable() || !late_call::is_eligible(device->row, policy)) return false;
  if (phone_has_call(call, *device)) return false;
  return leg.window_until && core_.now.mono < *leg.window_until;
}

/// The phone answered, declined or rang for this call under another account.
bool LateDesk::phone_has_call(const CallEntry& call, const registrar::DeviceEntry& device) const {
  for (const CallKey key : book_.with_call_id(call.row.call_id)) {
    for (const CallLeg& other : book_.find(key)->legs) {
      const auto state = other.row.state;
      const bool had = wake::has_call(state) || state == record::LegState::lost ||
                       state == record::LegState::declined;
      if (!had || other.row.device_id == device.row.id) continue;
      const auto* entry = core_.directory.device(other.row.device_id);
      if (entry && registrar::same_phone(*entry, device)) return true;
    }
  }
  return false;
}

void LateDesk::start_next(DeviceKey device) {
  Line& line = lines_[device];
  while (!line.current && !line.waiting.empty()) {
    const CallKey key = line.waiting.front();
    line.waiting.pop_front();
    CallEntry* call = book_.find(key);
    CallLeg* leg = call ? call->leg(device) : nullptr;
    if (!leg || !may_call(*call, *leg)) continue;
    start(*call, *leg);
    calls_.settle(key);
  }
  if (!line.current) lines_.erase(device);
}

void LateDesk::start(CallEntry& call, CallLeg& leg) {
  const auto* device = core_.directory.device(leg.row.device_id);
  const auto* contact = device->reachable();
  // What still runs from the time the call rang must not ring once more.
  for (Branch& b : call.branches)
    if (b.device == leg.row.device_id && b.pending()) core_.transactions.hush(b.client);
  ++leg.row.late_attempts;
  leg.persisted = true;
  calls_.step(call, leg, LegInput::late_started);

  const auto branch = core_.transactions.new_branch();
  const std::string uri = sip::without_push_params(contact->row.contact);
  const std::string via = core_.via(contact->flow, branch.text);
  const std::string our_contact = core_.own_contact(contact->flow, call.row.call_id);
  const sip::Bytes bytes = sip::make_bytes(
      late_call::build_invite(*call.invite, {uri, via, our_contact, contact->row.path,
                                             tells_identity(core_, CallDesk::sender_of(call))}));
  const Seq after = core_.behind(*contact);
  Running running{call.row.id,   leg.row.device_id,
                  contact->flow, reason_of(call),
                  after,         late_call::Attempt{core_.now.mono}};
  const bool started = core_.transactions.start(branch, sip::Method::invite, bytes, contact->flow,
                                                after, core_.now.mono, core_.layer_out);
  core_.flush();
  if (!started) {
    ++core_.counters.overload;
    calls_.step(call, leg, LegInput::late_failed);
    return;
  }
  calls_.note(call, Step::late_invite, leg.row.device_id,
              "attempt " + std::to_string(leg.row.late_attempts), *bytes);
  core_.report(Level::info, "late_call.started",
               {{"call_id", call.row.call_id},
                {"device", std::to_string(leg.row.device_id)},
                {"attempt", std::to_string(leg.row.late_attempts)}});
  deadlines_.set(branch.id, running.attempt.next_deadline());
  lines_[leg.row.device_id].current = branch.id;
  attempts_.emplace(branch.id, std::move(running));
}

bool LateDesk::on_response(ClientId client, const Message& response) {
  const auto found = attempts_.find(client);
  if (found == attempts_.end()) return false;
  Running& running = found->second;
  if (CallEntry* call = book_.find(running.call); call && response.status() != 100)
    calls_.note(*call, Step::late_response, running.device,
                std::to_string(response.status()).append(" ").append(response.reason()));
  late_call::count(core_.attempt_uses, running.attempt, late_call::input_of(response.status()));
  const Effect effect = running.attempt.on_response(response.status(), core_.now.mono);
  apply(client, effect, &response);
  return true;
}

bool LateDesk::on_client_lost(ClientId client) {
  const auto found = attempts_.find(client);
  if (found == attempts_.end()) return false;
  late_call::count(core_.attempt_uses, found->second.attempt, AttemptInput::lost);
  apply(client, found->second.attempt.on_lost(), nullptr);
  return true;
}

void LateDesk::on_store_failed(Seq from, Seq to) {
  std::vector<ClientId> lost;
  for (const auto& [client, running] : attempts_)
    if (running.after >= from && running.after <= to) lost.push_back(client);
  std::ranges::sort(lost);
  for (const ClientId client : lost) {
    const Running running = attempts_.at(client);
    core_.transactions.drop(client);
    attempts_.erase(client);
    deadlines_.set(client, std::nullopt);
    CallEntry* call = book_.find(running.call);
    if (CallLeg* leg = call ? call->leg(running.device) : nullptr) {
      --leg->row.late_attempts;
      calls_.step(*call, *leg, LegInput::late_failed);
    }
    release(client, running.device);
    calls_.settle(running.call);
  }
}

void LateDesk::on_deadline() {
  while (const auto client = deadlines_.pop_due(core_.now.mono)) {
    const auto found = attempts_.find(*client);
    if (found == attempts_.end()) continue;
    late_call::count(core_.attempt_uses, found->second.attempt, AttemptInput::silent);
    apply(*client, found->second.attempt.on_deadline(core_.now.mono), nullptr);
  }
}

void LateDesk::apply(ClientId client, Effect effect, const Message* response) {
  Running& running = attempts_.at(client);
  const CallKey key = running.call;
  deadlines_.set(client, running.attempt.next_deadline());
  // A 2xx that crossed the caller's CANCEL may have changed how the call ended.
  if (const CallEntry* call = book_.find(key)) running.reason = reason_of(*call);
  switch (effect) {
    case Effect::nothing:
      break;
    case Effect::cancel:
      core_.transactions.cancel(client, running.reason, core_.now.mono, core_.layer_out);
      if (CallEntry* call = book_.find(key)) {
        calls_.note(*call, Step::late_cancel, running.device, running.reason, core_.last_sent());
        // Given up and heard after all: told CANCEL, it gets no other late call.
        if (CallLeg* leg = call->leg(running.device))
          calls_.step(*call, *leg, LegInput::late_started);
      }
      core_.flush();
      break;
    case Effect::ack_and_bye:
      if (response) hang_up(running, *response);
      complete(client);
      break;
    case Effect::done:
      complete(client);
      break;
    case Effect::unreached:
      unreached(client);
      break;
  }
  calls_.settle(key);
}

void LateDesk::hang_up(const Running& running, const Message& ok) {
  const auto ack = core_.transactions.new_branch();
  core_.send(running.flow, late_call::build_ack(ok, core_.via(running.flow, ack.text)));
  const auto bye = core_.transactions.new_branch();
  core_.transactions.start(
      bye, sip::Method::bye,
      sip::make_bytes(late_call::build_bye(ok, core_.via(running.flow, bye.text), running.reason)),
      running.flow, 0, core_.now.mono, core_.layer_out);
  core_.flush();
}

void LateDesk::complete(ClientId client) {
  const Running& running = attempts_.at(client);
  const DeviceKey device = running.device;
  if (CallEntry* call = book_.find(running.call))
    if (CallLeg* leg = call->leg(device)) {
      const bool news = !wake::is_settled(leg->row.state);
      calls_.step(*call, *leg, LegInput::late_done);
      if (news) {
        calls_.note(*call, Step::late_done, device);
        count(*call, true);
      }
    }
  release(client, device);
}

void LateDesk::unreached(ClientId client) {
  const Running running = attempts_.at(client);
  core_.transactions.hush(
      client);  // heard after all, it is cancelled; repeated, it would ring twice
  CallEntry* call = book_.find(running.call);
  CallLeg* leg = call ? call->leg(running.device) : nullptr;
  if (!leg || leg->row.state != record::LegState::late || is_told(running))
    return release(client, running.device);
  calls_.note(*call, Step::late_failed, running.device,
              "attempt " + std::to_string(leg->row.late_attempts) + " was not heard");
  core_.report(Level::info, "late_call.unheard",
               {{"call_id", call->row.call_id},
                {"device", std::to_string(running.device)},
                {"attempt", std::to_string(leg->row.late_attempts)}});
  calls_.step(*call, *leg, LegInput::late_failed);
  const bool may_retry = may_call(*call, *leg);
  if (leg->row.late_attempts >= attempts_max) {
    calls_.step(*call, *leg, LegInput::window_over);
    count(*call, false);
  }
  const auto* device = core_.directory.device(running.device);
  const auto* contact = device ? device->reachable() : nullptr;
  // On the same flow there is nothing new to hope for: its next REGISTER will tell.
  if (may_retry && contact && contact->flow != running.flow)
    lines_[running.device].waiting.push_front(running.call);
  release(client, running.device);
}

/// Another attempt of the same leg has sent its CANCEL and waits for the end of it.
bool LateDesk::is_told(const Running& running) const {
  return std::ranges::any_of(attempts_, [&](const auto& other) {
    return other.second.call == running.call && other.second.device == running.device &&
           other.second.attempt.state() == late_call::Attempt::State::cancelling;
  });
}

void LateDesk::release(ClientId client, DeviceKey device) {
  const auto line = lines_.find(device);
  if (line == lines_.end() || line->second.current != client) return;
  line->second.current = {};
  start_next(device);
}

void LateDesk::count(const CallEntry& call, bool done) {
  auto& c = core_.counters;
  const bool answered =
      call.row.answered_at.has_value() || late_call::means_answered(call.row.cancel_reason);
  if (done) {
    ++(answered ? c.late_answered_done : c.late_missed_done);
  } else {
    ++(answered ? c.late_answered_failed : c.late_missed_failed);
  }
  core_.report(Level::info, done ? "late_call.done" : "late_call.failed",
               {{"call_id", call.row.call_id}, {"end", answered ? "answered" : "missed"}});
}

}  // namespace proxy
