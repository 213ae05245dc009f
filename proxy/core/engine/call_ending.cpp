#include <algorithm>
#include <utility>

#include "proxy/core/call/best_response.hpp"
#include "proxy/core/call/challenges.hpp"
#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/story/story.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/reply.hpp"
#include "sipstack/message/values.hpp"

namespace proxy {

using record::CallState;
using record::Step;
using sip::HeaderName;
using wake::LegInput;

namespace {

std::string end_reason_of(int status) {
  if (status == 486 || status == 600) return "busy";
  if (status == 487) return "cancelled";
  if (status / 100 == 6) return "declined";
  return "failed";
}

/// All of a CANCEL's Reason values: a PBX may write SIP and Q.850 on lines of their own.
std::string reasons_of(const Message& cancel) {
  constexpr std::size_t most = 256;
  std::string all;
  sip::Values values{cancel, HeaderName::reason};
  while (const auto value = values.next()) {
    if (value->empty() || all.size() + value->size() + 2 > most) continue;
    all.append(all.empty() ? "" : ", ").append(*value);
  }
  return all;
}

}  // namespace

void CallDesk::note(CallEntry& call, Step what, DeviceKey device, std::string detail,
                    std::string_view sent) {
  const bool noted = call.note(core_.now.wall, what, device, std::move(detail),
                               core_.settings->limits.timeline_entries);
  if (noted && call.keeps_heads) keep_head(call, what, sent);
  call.dirty = true;
  core_.put(Stepped{call.row.id, what, device});
}

bool CallDesk::step(CallEntry& call, CallLeg& leg, LegInput input) {
  watch_input(leg, input);
  const wake::LegRow* row = wake::find_row(leg.row.state, input);
  if (!row) return false;
  ++core_.leg_uses[static_cast<std::size_t>(row - wake::leg_table)];
  const bool changed = row->to != leg.row.state;
  leg.row.state = row->to;
  if (changed) call.dirty = true;
  if (changed && leg.persisted) write_leg(leg);
  return true;
}

void CallDesk::write_leg(CallLeg& leg) { core_.keep(leg.row); }

void CallDesk::write_call(CallEntry& call) {
  call.dirty = false;
  call.row.timeline = record::encode(call.timeline);
  call.row.verdict =
      story::verdict(call.row, call.timeline, [this](DeviceKey d) { return core_.device_name(d); });
  if (!call.persisted) {
    // A channel of a trunk counts by it: it must not be lost with a full disk.
    const bool took_channel = !call.row.from_trunk.empty() || !call.row.to_trunk.empty();
    if (call.row.answered_at && took_channel)
      core_.keep(call.row);
    else
      core_.write(call.row);
    return write_heads(call);
  }
  core_.keep(call.row);
  write_heads(call);
  for (CallLeg& leg : call.legs)
    if (!std::exchange(leg.persisted, true)) write_leg(leg);
}

void CallDesk::cancel(sip::transaction::ServerId server, const Message& cancel) {
  CallEntry* call = book_.find(server);
  if (!call || call->over()) return;
  call->row.cancel_reason = reasons_of(cancel);
  const Core::AtHand at_hand{core_, cancel};
  note(*call, Step::cancelled, 0, call->row.cancel_reason);
  const bool elsewhere = late_call::means_answered(call->row.cancel_reason);
  ++core_.counters.calls_missed;
  end_ringing(*call, CallEntry::Phase::cancelled, elsewhere ? "elsewhere" : "cancelled");
  settle(call->row.id);
}

bool CallDesk::end_by_owner(CallKey key) {
  CallEntry* call = book_.find(key);
  if (!call || call->over() || call->phase != CallEntry::Phase::asking) return false;
  ++core_.counters.calls_missed;
  answer_caller(*call, 480, {}, {});
  end_ringing(*call, CallEntry::Phase::failed, "hung up");
  settle(key);
  return true;
}

std::string CallDesk::reason_of(const CallEntry& call) const {
  if (call.phase == CallEntry::Phase::cancelled) return call.row.cancel_reason;
  return late_call::reason_for(late_call::end_of(call.row), call.row.cancel_reason);
}

void CallDesk::end_ringing(CallEntry& call, CallEntry::Phase phase, std::string end_reason) {
  call.phase = phase;
  call.row.end_reason = std::move(end_reason);
  call.row.state = phase == CallEntry::Phase::answered ? CallState::active : CallState::ended;
  if (phase != CallEntry::Phase::answered) call.row.ended_at = core_.now.wall;
  call.provisional_at.reset();
  call.wake_deadline.reset();
  call.expires_at.reset();
  call.ring_until.reset();
  call.no_answer_at.reset();
  call.next_group_at.reset();
  call.hop_until.reset();
  call.awaits_hops = false;
  call.unasked.clear();
  call.following.reset();
  drop_pushes(call);
  for (Branch& b : call.branches)
    if (b.pending() && b.provisional != 0 && !b.cancelled) cancel_branch(call, b);
  for (CallLeg& leg : call.legs) {
    leg.push_at.reset();
    leg.retry_at.reset();
    step(call, leg, LegInput::dropped);
    if (wake::is_waiting(leg.row.state)) open_window(call, leg, core_.now.mono);
  }
  call.ended = core_.now.mono;
  open_user_window(call);
  release_followers(call);
  core_.report(
      Level::info, "call.decided",
      {{"call_id", call.row.call_id}, {"end", call.row.end_reason}, {"callee", call.row.callee}});
}

void CallDesk::cancel_branch(CallEntry& call, Branch& branch) {
  branch.cancelled = true;
  const std::string reason = reason_of(call);
  core_.transactions.cancel(branch.client, reason, core_.now.mono, core_.layer_out);
  note(call, Step::branch_cancelled, branch.device, reason, core_.last_sent());
  core_.flush();
  if (CallLeg* leg = call.leg(branch.device)) step(call, *leg, LegInput::told_cancel);
}

void CallDesk::drop_pushes(CallEntry& call) {
  for (const PendingPush& p : call.pending_pushes) {
    if (CallLeg* leg = call.leg(p.device)) {
      take_back(call, *leg, p);
    } else {
      note(call, Step::push_dropped, p.device);
    }
    if (p.device == 0) call.asked_user = 0;
  }
  call.pending_pushes.clear();
  for (const PushId id : book_.pushes_of(call.row.id)) core_.put(DropPush{id});
}

void CallDesk::answer_caller(CallEntry& call, int status, std::string_view reason,
                             std::string bytes, const Core::Headers& headers) {
  call.final_sent = true;
  call.row.final_status = status;
  if (bytes.empty() && call.server)
    bytes = core_.build_reply(*call.invite, call.source, status, reason, headers);
  note(call, Step::replied, 0,
       std::to_string(status).append(" ").append(reason.empty() ? sip::reason_phrase(status)
                                                                : reason),
       bytes);
  if (!call.server) return;
  core_.transactions.respond(call.server, status, sip::make_bytes(std::move(bytes)), 0,
                             core_.now.mono, core_.layer_out);
  core_.flush();
}

bool CallDesk::outstanding(const CallEntry& call, Whose whose) const {
  const auto counts = [&](DeviceKey device) {
    return whose == Whose::anybody || !call.switched || device == 0 ||
           rings_at(call, owner_of(call, device));
  };
  const bool may_wake = call.wake_deadline && core_.now.mono < *call.wake_deadline;
  if (!call.pending_pushes.empty() || call.following || call.awaits_hops) return true;
  const bool for_user = whose == Whose::anybody || rings_at(call, call.asked_user);
  if (call.asked_user != 0 && may_wake && for_user) return true;
  for (const Branch& b : call.branches) {
    if (!b.pending() || b.superseded || !counts(b.device)) continue;
    const auto leg = std::ranges::find_if(
        call.legs, [&](const CallLeg& l) { return l.row.device_id == b.device; });
    const bool sleeper = leg != call.legs.end() && leg->row.pushed_at.has_value();
    if (b.provisional != 0 || !sleeper || may_wake) return true;
  }
  return std::ranges::any_of(call.legs, [&](const CallLeg& l) {
    return counts(l.row.device_id) && (l.push_at || (may_wake && wake::is_waiting(l.row.state)));
  });
}

void CallDesk::conclude(CallEntry& call) {
  if (call.final_sent) return;
  if (call.phase == CallEntry::Phase::asking) return conclude_asking(call);
  const bool waiting = std::ranges::any_of(
      call.branches, [](const Branch& b) { return b.pending() && b.cancelled; });
  if (waiting) return;
  if (call.phase == CallEntry::Phase::cancelled) {
    const bool any = std::ranges::any_of(call.branches,
                                         [](const Branch& b) { return !b.final_response.empty(); });
    if (!any) return answer_caller(call, 487, {}, {});
  }
  send_best(call);
}

void CallDesk::conclude_asking(CallEntry& call) {
  while (!call.switched || !call.switched->at_end) {
    if (outstanding(call, Whose::callee)) return;
    if (ask_next(call) || goes_on(call)) continue;
    if (!call.switched) break;
    call.switched->at_end = true;
  }
  if (call.switched && outstanding(call, Whose::anybody)) return;
  const bool any =
      std::ranges::any_of(call.branches, [](const Branch& b) { return !b.final_response.empty(); });
  if (!any) return give_up(call);
  ++core_.counters.calls_failed;
  send_best(call);
  end_ringing(call, CallEntry::Phase::failed, end_reason_of(call.row.final_status));
}

void CallDesk::send_best(CallEntry& call) {
  std::vector<call::BranchFinal> finals;
  for (std::size_t i = 0; i < call.branches.size(); ++i)
    if (!call.branches[i].final_response.empty())
      finals.push_back({call.branches[i].final_status, i});
  if (finals.empty()) return answer_caller(call, 480, {}, {});
  const auto best = finals[call::best_response(finals)];
  // RFC 3261 section 16.7 step 6: a 503 would make the caller avoid us altogether.
  if (best.status == 503) return answer_caller(call, 500, {}, {});
  std::vector<std::string> others;
  for (const auto& final : finals)
    if (final.branch != best.branch)
      others.push_back(std::move(call.branches[final.branch].final_response));
  answer_caller(
      call, best.status, {},
      call::with_all_challenges(std::move(call.branches[best.branch].final_response), others));
}

void CallDesk::give_up(CallEntry& call) {
  const bool to_pbx = call.user == 0 && !call.hunt();
  const bool asked = call.asked_user != 0 || std::ranges::any_of(call.legs, [](const CallLeg& l) {
                       return l.row.pushed_at.has_value();
                     });
  Core::Headers headers;
  if (asked)
    headers.emplace_back(HeaderName::warning, "399 " + core_.local_host_port(call.source) +
                                                  " \"no device registered after push\"");
  ++core_.counters.calls_missed;
  std::string why = call.legs.empty() && !asked ? "no device" : "not reached";
  if (asked) why = "not woken";
  int status = 480;
  // Who cannot be connected to counts as 503, which is 500 for the caller (sections 16.9, 16.7).
  if (to_pbx) {
    const bool silent =
        std::ranges::any_of(call.branches, [](const Branch& b) { return b.final_status == 408; });
    status = silent || call.branches.empty() ? 408 : 500;
  }
  if (call.refusal != 0) {
    status = call.refusal;
    const bool tried = std::ranges::any_of(call.timeline, [](const record::Entry& entry) {
      return entry.what == Step::forwarded || entry.what == Step::not_forwarded;
    });
    why = tried ? "not forwarded" : "do not disturb";
    if (call.out && call.out->refused) why = "refused";
  }
  if (call.too_broad && call.branches.empty() && !asked) status = 440;
  answer_caller(call, status, {}, {}, headers);
  end_ringing(call, CallEntry::Phase::failed, std::move(why));
}

void CallDesk::hung_up(std::string_view call_id, std::string_view caller_tag, bool by_caller) {
  for (const CallKey key : book_.with_call_id(call_id)) {
    CallEntry& call = *book_.find(key);
    if (call.row.state != CallState::active) continue;
    // It is not known of a call from before a restart whose INVITE was not kept so long.
    if (!call.caller_tag.empty() && call.caller_tag != caller_tag) continue;
    end_active(call, by_caller ? "by the caller" : "by the callee");
    settle(key);
  }
}

void CallDesk::end_active(CallEntry& call, std::string how) {
  note(call, Step::ended, 0, std::move(how));
  call.row.state = CallState::ended;
  call.row.ended_at = core_.now.wall;
}

void CallDesk::settle(CallKey key) {
  CallEntry* call = book_.find(key);
  if (!call) return;
  conclude(*call);
  // A call on a trunk takes a channel of it, after a restart too.
  const bool worth_a_row = call->persisted || call->row.state == CallState::ended ||
                           !call->row.from_trunk.empty() || !call->row.to_trunk.empty();
  if (call->over() && call->final_sent && call->dirty && worth_a_row) write_call(*call);
  if (can_forget(*call)) return finish(*call);
  if (call->invite && is_decided(*call)) drop_invite(*call);
  rearm(*call);
}

/// Nothing rings, and no device may come for it any more; it may go on as an active call.
bool CallDesk::is_decided(const CallEntry& call) const {
  if (!call.over() || !call.final_sent || call.user_window || call.known_until) return false;
  if (std::ranges::any_of(call.branches, [](const Branch& b) { return !b.ended; })) return false;
  return std::ranges::none_of(call.legs, [](const CallLeg& l) {
    return wake::is_waiting(l.row.state) || l.row.state == record::LegState::late;
  });
}

void CallDesk::drop_invite(CallEntry& call) {
  call.invite.reset();
  if (call.persisted) core_.keep(record::Erase{record::Table::call_invite, call.row.id});
}

bool CallDesk::can_forget(const CallEntry& call) const {
  return call.row.state == CallState::ended && is_decided(call);
}

void CallDesk::finish(CallEntry& call) {
  owe_notices(call);
  if (call.invite) drop_invite(call);
  book_.erase(call.row.id);
}

}  // namespace proxy
