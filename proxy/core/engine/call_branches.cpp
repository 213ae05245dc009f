#include <algorithm>

#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/late_call/invite.hpp"

namespace proxy {

using record::Step;
using sip::HeaderName;
using wake::LegInput;

namespace {

/// A phone whose push is this old has ended its call screen by its own timer, which it logs as a
/// decline; the user declined nothing.
constexpr sip::Duration push_timer_of_phones{15'000};

bool means_not_reached(int status) { return status == 503 || status == 408 || status == 430; }

std::string status_line(const Message& response) {
  return std::to_string(response.status()).append(" ").append(response.reason());
}

}  // namespace

bool CallDesk::on_response(sip::transaction::ClientId client, const Message& response) {
  const auto at = book_.branch_of(client);
  if (!at) return false;
  if (!Core::has_way_back(response)) {
    ++core_.counters.dropped;
    return response.status() < 200 || on_client_lost(client, false);
  }
  CallEntry& call = *book_.find(at->call);
  Branch& branch = call.branches[at->branch];
  branch.superseded = false;  // whoever answers is not mute
  branch.supersede_at.reset();
  branch.bytes.reset();
  if (branch.device == 0) core_.hops.heard(branch.flow);
  if (call.over()) {
    response_after_end(call, branch, response);
  } else if (response.status() < 200) {
    on_provisional(call, branch, response);
  } else if (response.status() < 300) {
    on_answer(call, branch, response);
  } else {
    on_refusal(call, branch, response);
  }
  settle(at->call);
  return true;
}

void CallDesk::on_provisional(CallEntry& call, Branch& branch, const Message& response) {
  branch.provisional = std::max(branch.provisional, response.status());
  CallLeg* leg = call.leg(branch.device);
  if (leg) leg->push_at.reset();  // it is awake
  if (response.status() == 100) {
    if (leg) step(call, *leg, LegInput::heard);
    return;
  }
  branch.timer_c = core_.now.mono + core_.settings->fork.timer_c;
  if (leg) {
    leg->rang = true;
    step(call, *leg, LegInput::rang);
  }
  note(call, Step::provisional, branch.device, status_line(response));
  call.row.state = record::CallState::ringing;
  call.any_provisional = true;
  call.provisional_at.reset();
  core_.transactions.respond(call.server, response.status(),
                             sip::make_bytes(core_.backward(response)), 0, core_.now.mono,
                             core_.layer_out);
  core_.flush();
}

void CallDesk::on_answer(CallEntry& call, Branch& branch, const Message& response) {
  end_branch(branch, response.status(), {});
  note(call, Step::answered, branch.device, status_line(response));
  if (CallLeg* leg = call.leg(branch.device)) step(call, *leg, LegInput::answered);
  if (branch.device != 0)
    call.out.reset();  // it is on no trunk
  else if (call.out)
    call.out->now.trunk = branch.trunk;
  call.row.to_trunk = call.out ? core_.trunks.name_of(call.out->now.trunk) : std::string{};
  call.row.answered_at = core_.now.wall;
  call.row.ended_at.reset();
  call.hung_up_by = core_.now.mono + core_.settings->limits.call_duration;
  ++core_.counters.calls_answered;
  answer_caller(call, response.status(), response.reason(), core_.backward(response));
  end_ringing(call, CallEntry::Phase::answered, "answered");
}

void CallDesk::on_refusal(CallEntry& call, Branch& branch, const Message& response) {
  const int status = response.status();
  const auto other = std::ranges::find_if(call.branches, [&](const Branch& b) {
    return &b != &branch && b.device == branch.device && b.pending();
  });
  if (status == 482 && other != call.branches.end()) {
    // It has the call on its other branch (RFC 3261 section 8.2.2.2), mute or not.
    end_branch(branch, status, {});
    other->superseded = false;
    if (CallLeg* leg = call.leg(branch.device)) step(call, *leg, LegInput::heard);
    return note(call, Step::branch_failed, branch.device, status_line(response));
  }
  const CallLeg* leg = call.leg(branch.device);
  if (leg && means_not_reached(status) && (leg->can_push || leg->row.pushed_at))
    return not_reached(call, branch, status, status_line(response));
  if (answer_challenge(call, branch, response)) return;
  if (status == 503 && left_hop(call, branch, Left::said_503, status_line(response))) return;
  // The next one's turn has come; only a user's no still counts (RFC 3261 section 16.7, step 5).
  if (branch.passed_over && status / 100 != 6) return end_branch(branch, status, {});
  if (is_foreign_challenge(branch, status)) {
    end_branch(branch, status, {});
    return note(call, Step::branch_failed, 0,
                status_line(response) + ", our credentials are wrong");
  }
  end_branch(branch, status, core_.backward(response));
  refused_here(call, branch, status);
}

void CallDesk::refused_here(CallEntry& call, Branch& branch, int status) {
  CallLeg* leg = call.leg(branch.device);
  note(call, status / 100 == 6 ? Step::declined : Step::failed, branch.device,
       std::to_string(status).append(" ").append(sip::reason_phrase(status)));
  const bool by_timer = status == 603 && leg && !leg->rang && leg->row.pushed_at &&
                        core_.now.wall - *leg->row.pushed_at >= push_timer_of_phones;
  if (leg) step(call, *leg, LegInput::refused);
  if (by_timer) {
    branch.final_response.clear();
    return;
  }
  const bool everywhere = core_.settings->fork.decline == Settings::Decline::everywhere;
  if (status / 100 == 6 && everywhere && speaks_for_all(call, branch.device)) {
    if (forward(call, call::ForwardCause::busy)) return ask_callee(call);
    ++core_.counters.calls_declined;
    end_ringing(call, CallEntry::Phase::declined, "declined");
  }
}

void CallDesk::not_reached(CallEntry& call, Branch& branch, int status, std::string why) {
  end_branch(branch, status, {});
  note(call, Step::branch_failed, branch.device, std::move(why));
  CallLeg* leg = call.leg(branch.device);
  if (!leg) return;
  // What was mute ends, and the device has the call on another branch.
  const bool mute = branch.provisional == 0;
  const bool has_it = mute && wake::has_call(leg->row.state) &&
                      std::ranges::any_of(call.branches, [&](const Branch& b) {
                        return &b != &branch && b.device == branch.device && b.pending();
                      });
  if (has_it) return;
  step(call, *leg, LegInput::not_reached);
  if (wake::is_settled(leg->row.state)) return;  // it rang, or was told: it gets no other branch
  const bool planned = std::ranges::any_of(
      call.pending_pushes, [&](const PendingPush& p) { return p.device == branch.device; });
  if (leg->can_push && !leg->row.pushed_at && !planned)  // it was taken as awake and is not
    plan_push(call, branch.device);
  const auto* device = core_.directory.device(branch.device);
  const auto* contact = device ? device->reachable() : nullptr;
  if (contact && contact->flow != branch.flow) deliver(call, *leg, false);
}

void CallDesk::end_branch(Branch& branch, int status, std::string response) {
  branch.final_status = status;
  branch.final_response = std::move(response);
  branch.bytes.reset();
  branch.supersede_at.reset();
  branch.timer_c.reset();
}

void CallDesk::response_after_end(CallEntry& call, Branch& branch, const Message& response) {
  const int status = response.status();
  if (status < 200) {
    branch.provisional = std::max(branch.provisional, status);
    if (!branch.cancelled) {
      cancel_branch(call, branch);
      branch_told(call, branch);
    }
    return;
  }
  if (status >= 300) {
    end_branch(branch, status, core_.backward(response));
    return branch_told(call, branch);
  }
  end_branch(branch, status, {});
  const bool may_still_answer = !call.final_sent;
  if (may_still_answer || call.phase == CallEntry::Phase::answered) {
    if (may_still_answer) return on_answer(call, branch, response);
    // A second 2xx is the caller's to end (RFC 3261 section 16.7 step 5).
    note(call, Step::answered, branch.device, status_line(response) + ", second");
    core_.transactions.respond(call.server, status, sip::make_bytes(core_.backward(response)), 0,
                               core_.now.mono, core_.layer_out);
    core_.flush();
    return branch_told(call, branch);
  }
  hang_up(call, branch, response);
  branch_told(call, branch);
}

void CallDesk::branch_told(CallEntry& call, const Branch& branch) {
  CallLeg* leg = call.leg(branch.device);
  if (!leg) return;
  if (wake::is_waiting(leg->row.state) || leg->row.state == record::LegState::late) {
    step(call, *leg, LegInput::late_done);
    note(call, Step::late_done, branch.device, "on its earlier branch");
  } else {
    step(call, *leg, LegInput::told_cancel);
  }
}

void CallDesk::hang_up(CallEntry& call, const Branch& branch, const Message& ok) {
  note(call, Step::ended, branch.device, "answered too late: ACK and BYE");
  const auto ack = core_.transactions.new_branch();
  core_.send(branch.flow, late_call::build_ack(ok, core_.via(branch.flow, ack.text)));
  const auto bye = core_.transactions.new_branch();
  auto message =
      Message::parse(late_call::build_bye(ok, core_.via(branch.flow, bye.text), reason_of(call)));
  if (!message) return;
  core_.transactions.start(bye, *message, branch.flow, 0, core_.now.mono, core_.layer_out);
  core_.flush();
}

bool CallDesk::on_client_lost(sip::transaction::ClientId client, bool timed_out) {
  const auto at = book_.branch_of(client);
  if (!at) return false;
  CallEntry& call = *book_.find(at->call);
  Branch& branch = call.branches[at->branch];
  if (branch.final_status == 0) {
    const std::string why = timed_out ? "no answer" : "flow failed";
    const CallLeg* leg = call.leg(branch.device);
    if (call.over()) {
      if (branch.supersede_at) untold_.push_back(branch.device);
      end_branch(branch, 408, {});
      if (branch.cancelled) branch_told(call, branch);
    } else if (leg) {
      not_reached(call, branch, timed_out ? 408 : 430, why);
    } else if (!left_hop(call, branch, timed_out ? Left::silent : Left::unreachable, why)) {
      end_branch(branch, timed_out ? 408 : 503, {});
      note(call, Step::branch_failed, branch.device, why);
    }
  }
  settle(at->call);
  return true;
}

void CallDesk::on_client_ended(sip::transaction::ClientId client) {
  const auto at = book_.branch_of(client);
  if (!at) return;
  book_.forget_branch(client);
  CallEntry& call = *book_.find(at->call);
  Branch& branch = call.branches[at->branch];
  branch.ended = true;
  branch.bytes.reset();
  settle(at->call);
}

}  // namespace proxy
