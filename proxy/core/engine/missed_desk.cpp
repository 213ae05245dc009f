#include "proxy/core/engine/missed_desk.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/engine/push_news.hpp"
#include "proxy/core/late_call/eligibility.hpp"
#include "proxy/core/late_call/missed.hpp"
#include "proxy/core/push/route.hpp"
#include "proxy/core/push/word.hpp"
#include "proxy/core/story/story.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using record::Notice;
using record::Step;
using sip::transaction::ClientId;

namespace {

constexpr std::uint32_t messages_max = 3;
constexpr std::size_t owed_per_device = 20;
constexpr std::chrono::hours longest_owed{24 * 7};
constexpr sip::Duration push_deadline{60'000};
constexpr sip::Duration store_patience{5'000};
constexpr std::chrono::hours alert_ttl{24};  ///< a service may keep the alert so long

}  // namespace

void MissedDesk::collect() {
  for (const MissedCall& missed : std::exchange(core_.missed, {}))
    for (const record::Leg& leg : missed.legs) take(missed, leg);
}

void MissedDesk::take(const MissedCall& missed, const record::Leg& leg) {
  const record::Call& call = missed.call;
  const auto* device = core_.directory.device(leg.device_id);
  const auto end = core_.mono_of(call.ended_at.value_or(core_.now.wall));
  ++calls_.try_emplace(call.id, Told{call}).first->second.owed;
  owed_[leg.id].leg = leg;
  const bool room = make_room(leg.device_id);
  by_device_.emplace(leg.device_id, leg.id);
  // A push that was committed may have left: it is not sent twice.
  const bool maybe_sent = leg.notice == Notice::push && leg.notice_attempts > 0;
  if (!device || !room || maybe_sent || core_.now.mono - end > longest_owed)
    return settle(leg.id, false, maybe_sent ? "restarted" : "too late");
  const auto pushed = leg.pushed_again_at ? leg.pushed_again_at : leg.pushed_at;
  const auto asked = core_.mono_of(pushed.value_or(call.started_at));
  deadlines_.set(leg.id, late_call::window_end(end, asked, device->row, core_.settings->late_call));
}

/// A phone that is off for a week need not hear of more than the last calls.
bool MissedDesk::make_room(DeviceKey device) {
  if (by_device_.count(device) < owed_per_device) return true;
  const auto [begin, end] = by_device_.equal_range(device);
  for (auto at = begin; at != end; ++at) {
    if (owed_.at(at->second).busy) continue;
    settle(at->second, false, "too many");
    return true;
  }
  return false;
}

void MissedDesk::on_deadline() {
  while (const auto key = deadlines_.pop_due(core_.now.mono)) {
    Owed& owed = owed_.at(*key);
    if (owed.busy) {
      deadlines_.set(*key, core_.now.mono + store_patience);
    } else if (owed.leg.notice == Notice::push && owed.leg.notice_attempts == 0) {
      start_push(*key, owed);
    } else if (owed.leg.notice == Notice::push) {
      settle(*key, false, "no answer");
    } else if (owed.window_over) {
      settle(*key, false, "too late");
    } else {
      owed.window_over = true;
      deadlines_.set(*key, core_.now.mono + longest_owed);
    }
  }
}

// --- an alert push -------------------------------------------------------------------------------

void MissedDesk::start_push(LegKey key, Owed& owed) {
  const auto* device = core_.directory.device(owed.leg.device_id);
  const bool can_push = device && device->row.token_dead.empty() &&
                        push::route_of(device->row.push, push::Kind::alert, *core_.settings);
  if (!can_push) return settle(key, false, "it cannot be pushed to");
  owed.leg.notice_attempts = 1;
  core_.keep(owed.leg);
  owed.after = core_.written();
  uncommitted_.push_back(key);
}

void MissedDesk::on_committed(Seq seq) {
  std::erase_if(uncommitted_, [&](LegKey key) {
    const auto at = owed_.find(key);
    if (at == owed_.end()) return true;
    if (at->second.after > seq) return false;
    hand_over(key, at->second);
    return true;
  });
}

/// What could not be committed has not left; the row is written again, and this waits for it.
void MissedDesk::on_store_failed(Seq from, Seq to) {
  std::erase_if(uncommitted_, [&](LegKey key) {
    const auto at = owed_.find(key);
    if (at == owed_.end()) return true;
    Owed& owed = at->second;
    if (owed.after < from || owed.after > to) return false;
    owed.leg.notice_attempts = 0;
    deadlines_.set(key, core_.now.mono + store_patience);
    return true;
  });
}

void MissedDesk::hand_over(LegKey key, Owed& owed) {
  const auto* device = core_.directory.device(owed.leg.device_id);
  const record::Call& call = calls_.at(owed.leg.call_id).call;
  push::CallNotice notice;
  notice.event = "missed";
  notice.call_id = call.call_id;
  notice.caller_uri = call.caller;
  notice.caller_name = call.caller_name;
  notice.callee = call.callee;
  if (device) notice.device = &device->row;
  notice.ttl = alert_ttl;
  notice.sent_at = core_.now.wall;
  auto request = device ? push::word(notice, *core_.settings) : std::nullopt;
  if (!request) return settle(key, false, "it cannot be pushed to");
  owed.handed_over = core_.now.wall;
  const PushId id = book_.next_push_id();
  pushes_.emplace(id, key);
  deadlines_.set(key, core_.now.mono + 2 * push_deadline);
  core_.put(Push{std::move(*request), id, push_deadline});
}

bool MissedDesk::on_push(const PushDone& done) {
  const auto found = pushes_.find(done.id);
  if (found == pushes_.end()) return false;
  const LegKey key = found->second;
  pushes_.erase(found);
  const auto owed = owed_.find(key);
  if (owed == owed_.end()) return true;
  learn_from_push(core_, owed->second.leg.device_id, done, owed->second.handed_over);
  const bool accepted = done.outcome == PushOutcome::accepted;
  settle(key, accepted, accepted ? "push" : done.reason);
  return true;
}

// --- a MESSAGE -----------------------------------------------------------------------------------

void MissedDesk::device_registered(DeviceKey device) {
  if (!by_device_.empty()) send_next(device);
}

/// One after another: a phone is not sent a MESSAGE while another is under way (RFC 3428 section
/// 8).
void MissedDesk::send_next(DeviceKey device) {
  const auto* entry = core_.directory.device(device);
  const auto* contact = entry ? entry->reachable() : nullptr;
  const auto [begin, end] = by_device_.equal_range(device);
  LegKey next = 0;
  for (auto at = begin; at != end; ++at) {
    const Owed& owed = owed_.at(at->second);
    if (owed.busy) return;
    const bool ready = owed.leg.notice == Notice::message && owed.window_over;
    if (ready && (next == 0 || at->second < next)) next = at->second;
  }
  if (next != 0 && contact) send_message(next, owed_.at(next), *contact);
}

void MissedDesk::send_message(LegKey key, Owed& owed, const registrar::Contact& contact) {
  const record::Call& call = calls_.at(owed.leg.call_id).call;
  ++owed.leg.notice_attempts;
  core_.keep(owed.leg);
  const std::string uri = sip::without_push_params(contact.row.contact);
  const auto branch = core_.transactions.new_branch();
  const std::string via = core_.via(contact.flow, branch.text);
  const std::string own = "missed-" + std::to_string(key) + "-" + call.call_id;
  const std::string& domain = core_.settings->domains.front();
  const std::string call_id = core_.own_tag(own, ";tag=message") + "@" + domain;
  const std::string tag = core_.own_tag(own, {});
  std::string at = push::rfc3339(call.started_at);
  at.replace(at.find('.'), std::string::npos, "Z");
  const std::string text =
      late_call::missed_text(story::printable(call.caller_name), story::printable(call.caller), at);
  sip::Bytes bytes =
      sip::make_bytes(late_call::build_message({uri, via, contact.row.path, domain, call.callee,
                                                call_id, tag, owed.leg.notice_attempts, text}));
  owed.busy = core_.transactions.start(branch, sip::Method::message, std::move(bytes), contact.flow,
                                       core_.behind(contact), core_.now.mono, core_.layer_out);
  core_.flush();
  if (!owed.busy) return lost(key, "too many transactions");
  messages_.emplace(branch.id, key);
}

bool MissedDesk::on_response(ClientId client, const Message& response) {
  const auto found = messages_.find(client);
  if (found == messages_.end()) return false;
  if (response.status() < 200) return true;
  const LegKey key = found->second;
  messages_.erase(found);
  const auto at = owed_.find(key);
  if (at == owed_.end()) return true;
  const DeviceKey device = at->second.leg.device_id;
  std::string status = std::to_string(response.status()).append(" ").append(response.reason());
  switch (late_call::delivery_of(response.status())) {
    case late_call::Delivery::done:
      settle(key, true, "message");
      break;
    case late_call::Delivery::refused:
      settle(key, false, std::move(status));
      break;
    case late_call::Delivery::again:
      lost(key, std::move(status));
      return true;  // the others wait for its next REGISTER too
  }
  send_next(device);
  return true;
}

bool MissedDesk::on_client_lost(ClientId client) {
  const auto found = messages_.find(client);
  if (found == messages_.end()) return false;
  const LegKey key = found->second;
  messages_.erase(found);
  if (owed_.contains(key)) lost(key, "no answer");
  return true;
}

void MissedDesk::lost(LegKey key, std::string detail) {
  Owed& owed = owed_.at(key);
  owed.busy = false;
  if (owed.leg.notice_attempts >= messages_max) settle(key, false, std::move(detail));
}

// --- the end of it -------------------------------------------------------------------------------

void MissedDesk::device_went(DeviceKey device) {
  while (true) {
    const auto at = by_device_.find(device);
    if (at == by_device_.end()) return;
    settle(at->second, false, "it un-registered");
  }
}

void MissedDesk::settle(LegKey key, bool sent, std::string detail) {
  const auto found = owed_.find(key);
  record::Leg leg = std::move(found->second.leg);
  owed_.erase(found);
  deadlines_.set(key, std::nullopt);
  const auto [begin, end] = by_device_.equal_range(leg.device_id);
  by_device_.erase(std::find_if(begin, end, [key](const auto& at) { return at.second == key; }));
  leg.notice = Notice::none;
  core_.keep(leg);
  const auto call = calls_.find(leg.call_id);
  core_.report(Level::info, sent ? "missed.told" : "missed.not_told",
               {{"call_id", call->second.call.call_id},
                {"device", std::to_string(leg.device_id)},
                {"how", detail}});
  write_call(call->second.call, sent ? Step::missed_notice_sent : Step::missed_notice_failed,
             leg.device_id, std::move(detail));
  if (--call->second.owed == 0) calls_.erase(call);
}

void MissedDesk::write_call(record::Call& call, Step what, DeviceKey device, std::string detail) {
  auto timeline = record::decode(call.timeline).value_or(record::Timeline{});
  if (timeline.size() < core_.settings->limits.timeline_entries)
    timeline.push_back({core_.now.wall, what, device, std::move(detail)});
  call.timeline = record::encode(timeline);
  call.verdict =
      story::verdict(call, timeline, [this](DeviceKey d) { return core_.device_name(d); });
  core_.keep(call);
  core_.put(Stepped{call.id, what, device});
}

}  // namespace proxy
