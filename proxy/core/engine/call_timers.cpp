#include <algorithm>

#include "proxy/core/engine/call_desk.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/reply.hpp"

namespace proxy {

using record::CallState;
using record::Step;
using sip::HeaderName;
using wake::LegInput;

namespace {

constexpr sip::Duration provisional_repeat{60'000};

bool requires_100rel(const Message& invite) {
  for (const sip::Header& h : invite.headers()) {
    if (h.name != HeaderName::require) continue;
    std::string_view rest = invite.value(h);
    while (const auto tag = sip::take_list_item(rest))
      if (sip::iequals(*tag, "100rel")) return true;
  }
  return false;
}

bool due(const std::optional<sip::TimePoint>& at, sip::TimePoint now) { return at && *at <= now; }

}  // namespace

void CallDesk::on_deadline() {
  while (const auto key = book_.deadlines.pop_due(core_.now.mono)) {
    if (CallEntry* call = book_.find(*key)) {
      run_timers(*call);
      settle(*key);
    }
  }
}

void CallDesk::run_timers(CallEntry& call) {
  const auto now = core_.now.mono;
  const auto pending = std::exchange(call.pending_pushes, {});
  for (const PendingPush& p : pending) {
    if (p.not_later <= now) {
      hand_over(call, p, false);
    } else {
      call.pending_pushes.push_back(p);
    }
  }
  for (std::size_t i = 0; i < call.legs.size(); ++i)
    if (due(call.legs[i].push_at, now)) plan_push(call, call.legs[i].row.device_id);
  for (CallLeg& leg : call.legs)
    if (due(leg.retry_at, now)) push_again(call, leg);
  for (std::size_t i = 0; i < call.branches.size(); ++i) {
    Branch& b = call.branches[i];
    if (due(b.supersede_at, now)) {
      b.supersede_at.reset();
      CallLeg* leg = call.leg(b.device);
      if (leg && b.pending() && !b.heard()) {
        if (call.over())
          untold_.push_back(b.device);
        else
          deliver(call, *leg, false);
      }
    }
    if (due(call.branches[i].timer_c, now)) on_timer_c(call, call.branches[i]);
  }
  if (due(call.provisional_at, now)) send_own_provisional(call);
  if (due(call.next_group_at, now)) pass_over(call);
  if (due(call.no_answer_at, now)) on_no_answer(call);
  if (due(call.hop_until, now)) on_hop_timer(call);
  if (call.following && due(call.following->decide_at, now)) stop_following(call);
  if (due(call.ring_until, now)) end_at_ring_limit(call);
  if (due(call.expires_at, now) && !call.over()) {
    note(call, Step::cancelled, 0, "the INVITE expired");
    ++core_.counters.calls_missed;
    end_ringing(call, CallEntry::Phase::cancelled, "expired");
  }
  if (due(call.wake_deadline, now)) {
    call.wake_deadline = sip::TimePoint{};  // stays known as passed
  }
  if (due(call.window_at, now)) close_windows(call);
  if (due(call.user_window, now)) call.user_window.reset();
  if (due(call.known_until, now)) call.known_until.reset();
  if (due(call.hung_up_by, now) && call.row.state == CallState::active)
    end_active(call, "no BYE was seen");
}

/// RFC 3261 section 16.8: a branch that rings for too long is cancelled, a mute one is given up.
void CallDesk::on_timer_c(CallEntry& call, Branch& branch) {
  branch.timer_c.reset();
  if (!branch.pending() || branch.cancelled) return;
  if (branch.provisional != 0) return cancel_branch(call, branch);
  end_branch(branch, 408, {});
}

void CallDesk::send_own_provisional(CallEntry& call) {
  call.provisional_at.reset();
  const int status = core_.settings->wake.provisional;
  if (call.over() || call.any_provisional || status == 100 || requires_100rel(*call.invite)) return;
  sip::Reply reply{*call.invite, status};
  reply.source(call.source.peer.address.to_string(), call.source.peer.port)
      .to_tag(core_.own_tag(call.row.call_id, call.invite->value(HeaderName::from)))
      .with_record_route()
      .header(HeaderName::contact, core_.own_contact(call.source, call.row.call_id));
  auto bytes = reply.build();
  note(call, Step::replied, 0,
       std::to_string(status).append(" ").append(sip::reason_phrase(status)), bytes);
  core_.transactions.respond(call.server, status, sip::make_bytes(std::move(bytes)), 0,
                             core_.now.mono, core_.layer_out);
  core_.flush();
  call.own_provisional = true;
  call.provisional_at = core_.now.mono + provisional_repeat;
}

void CallDesk::rearm(CallEntry& call) {
  std::optional<sip::TimePoint> next;
  const auto consider = [&](const std::optional<sip::TimePoint>& at) {
    if (at && *at != sip::TimePoint{} && (!next || *at < *next)) next = at;
  };
  consider(call.provisional_at);
  consider(call.wake_deadline);
  consider(call.expires_at);
  consider(call.ring_until);
  consider(call.next_group_at);
  consider(call.no_answer_at);
  consider(call.hop_until);
  if (call.following) consider(call.following->decide_at);
  consider(call.window_at);
  consider(call.user_window);
  consider(call.known_until);
  if (call.row.state == CallState::active) consider(call.hung_up_by);
  for (const PendingPush& p : call.pending_pushes) consider(p.not_later);
  for (const CallLeg& l : call.legs) {
    consider(l.push_at);
    consider(l.retry_at);
  }
  for (const Branch& b : call.branches) {
    consider(b.supersede_at);
    if (b.pending()) consider(b.timer_c);
  }
  book_.deadlines.set(call.row.id, next);
}

}  // namespace proxy
