#include <algorithm>
#include <utility>

#include "proxy/core/call/best_response.hpp"
#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/engine/route_choice.hpp"
#include "sipstack/message/reply.hpp"

// What the callee wishes for his calls, and calls that go on to somebody else: a new target set of
// the same INVITE (RFC 3261 section 16.5), which keeps its Call-ID.

namespace proxy {

using call::ForwardCause;
using record::Step;

namespace {

constexpr std::size_t forwards_most = 5;

/// A 486, or that he declined: his wish for when he is busy holds.
bool means_busy(int status) { return status == 486 || status / 100 == 6; }

/// Other refusals are about the request; it would fare no better elsewhere.
bool means_absent(int status) {
  return status == 404 || status == 408 || status == 410 || status == 430 || status == 480 ||
         status / 100 == 5;
}

}  // namespace

void CallDesk::ask_callee(CallEntry& call) {
  while (const auto* callee = core_.directory.user(call.user)) {
    const auto& wishes = callee->row.forwarding;
    const bool heeded = call.only == 0 && !call.straight;
    const bool away = !wishes.always.empty();
    if (!heeded || (!away && !wishes.do_not_disturb)) {
      if (heeded && !wishes.no_answer.empty())
        call.no_answer_at = core_.now.mono + std::chrono::seconds{wishes.no_answer_s};
      return ask_devices(call);
    }
    if (!forward(call, away ? ForwardCause::always : ForwardCause::do_not_disturb)) {
      call.refusal = 480;
      return;
    }
  }
  if (call.hunt()) ask_group(call);
}

CallDesk::Wish CallDesk::wish_of(const CallEntry& call, ForwardCause cause) const {
  if (const auto* hunt = call.hunt()) {
    const auto* group = core_.groups.group(hunt->group);
    return group ? Wish{&group->forward_no_answer, &group->aor} : Wish{};
  }
  const auto* callee = core_.directory.user(call.user);
  return callee ? Wish{&call::target_for(cause, callee->row.forwarding), &callee->row.aor} : Wish{};
}

/// False when the callee does not want that, or it cannot be done. Whom it goes to is not asked
/// yet.
bool CallDesk::forward(CallEntry& call, ForwardCause cause) {
  if (call.only != 0 || call.straight || call.refusal != 0 || call.over()) return false;
  const auto wish = wish_of(call, cause);
  return wish.target && !wish.target->empty() && go_on_to(call, *wish.target, *wish.by, cause);
}

bool CallDesk::go_on_to(CallEntry& call, const std::string& target, const std::string& by,
                        ForwardCause cause) {
  const auto stays = [&](std::string why) {
    note(call, Step::not_forwarded, 0, "to " + target + ": " + why);
    core_.report(
        Level::warn, "call.not_forwarded",
        {{"call_id", call.row.call_id}, {"from", by}, {"to", target}, {"reason", std::move(why)}});
    return false;
  };
  const std::size_t so_far = call.switched ? call.switched->diversions.size() : 0;
  if (so_far + call::diversions_of(*call.invite) >= forwards_most)
    return stays("forwarded too often");
  auto to = destination_of(target, by);
  if (to.status != 0)
    return stays(std::to_string(to.status).append(" ").append(sip::reason_phrase(to.status)));
  const bool is_here = (to.user && to.user->row.aor == by) || (to.group && to.group->aor == by);
  if (is_here || was_at(call, to)) return stays("the call was there already");
  leave_callee(call, by);
  call.switched->diversions.push_back(call::diversion(uri_of_number(by, *core_.settings), cause));
  note(call, Step::forwarded, 0, std::string{to_string(cause)} + ", to " + target);
  core_.report(Level::info, "call.forwarded",
               {{"call_id", call.row.call_id},
                {"from", by},
                {"to", target},
                {"reason", std::string{to_string(cause)}}});
  if (to.user || to.group) {
    take(call, to);
  } else {
    leave_by(call, std::move(to.by));
  }
  return true;
}

bool CallDesk::was_at(const CallEntry& call, const Destination& to) const {
  if (!call.switched || (!to.user && !to.group)) return false;
  return std::ranges::count(call.switched->been_at, to.user ? to.user->row.aor : to.group->aor) !=
         0;
}

/// From now on the call is for them. They are not asked yet.
void CallDesk::take(CallEntry& call, const Destination& to) {
  call.straight = to.straight;
  if (to.group) return take_group(call, *to.group);
  call.user = to.user->row.id;
  book_.index_user(call.row.id, call.user);
}

/// Who is known and enabled; else refused with 404.
CallDesk::Destination CallDesk::one_of_ours(std::string_view aor) const {
  Destination to;
  to.user = core_.directory.find_user(aor);
  if (to.user && !to.user->row.enabled) to.user = nullptr;
  if (!to.user) to.group = core_.groups.find(aor);
  if (to.group && !to.group->enabled) to.group = nullptr;
  to.status = to.user || to.group ? 0 : 404;
  return to;
}

/// It is for others than its callee, or may be.
bool CallDesk::may_go_on(const CallEntry& call) const {
  if (call.switched || (call.out && call.out->end)) return true;
  const auto* callee = core_.directory.user(call.user);
  if (!callee || call.only != 0 || call.straight) return false;
  const auto& wishes = callee->row.forwarding;
  return !wishes.busy.empty() || !wishes.no_answer.empty() || !wishes.not_reachable.empty();
}

/// As a call of whom it was for: it is his wish, and by his leave that it costs what it costs.
CallDesk::Destination CallDesk::destination_of(const std::string& target,
                                               const std::string& by) const {
  Destination to;
  const auto& settings = *core_.settings;
  const auto uri = uri_of_number(target, settings);
  auto asked = asked_of(uri, settings);
  to.status = 404;
  if (!asked) return to;
  asked->caller = by;
  if (auto user = one_of_ours(asked->callee); user.status == 0) return user;
  auto routed = ways_of(core_, *this, *asked);
  if (routed.end && routed.ways.empty()) {
    if (routed.end->end == trunk::Choice::End::reject)
      to.status = static_cast<int>(routed.end->status);
    else
      to = one_of_ours(routed.end->to);
    to.straight = routed.end->emergency;
    return to;
  }
  to.by = {std::move(routed.ways), std::move(routed.end)};
  if (settings.pbx && !to.by.end) to.by.ways.push_back({0, "pbx", uri, {}, false});
  to.status = asked->ours ? 404 : 403;
  if (routed.full) to.status = 503;
  if (!to.by.ways.empty()) to.status = 0;
  return to;
}

/// As in serial forking: the phones that ring are told to stop, the sleeping ones may still join.
void CallDesk::leave_callee(CallEntry& call, const std::string& callee) {
  if (!call.switched) call.switched = std::make_unique<Switched>();
  call.switched->been_at.push_back(callee);
  if (call.user != 0) call.switched->users.push_back(call.user);
  call.switched->hunt.reset();
  call.switched->at_end = false;
  call.no_answer_at.reset();
  call.next_group_at.reset();
  call.unasked.clear();
  for (CallLeg& leg : call.legs) {
    leg.push_at.reset();
    leg.retry_at.reset();
  }
  pass_over_ringing(call);
}

void CallDesk::leave_by(CallEntry& call, Ways by) {
  call.user = 0;
  call.straight = false;
  call.hops.clear();
  call.out = std::make_unique<Outbound>();
  call.out->ways = std::move(by.ways);
  call.out->end = std::move(by.end);
  if (has_next_hop(call)) return next_hop(call);
  if (call.awaits_hops) return;
  note(call, Step::branch_failed, 0, std::string{core_.hops.trouble()});
  if (call.out->end) return end_by_route(call);
  call.refusal = 500;
}

/// All ways before have failed: the call is for whom the last route names, or refused by it. Nobody
/// is asked yet.
void CallDesk::end_by_route(CallEntry& call) {
  const trunk::Choice end = *std::exchange(call.out->end, std::nullopt);
  call.out->now = {};
  const bool refuses = end.end == trunk::Choice::End::reject;
  core_.report(Level::info, "call.routed",
               {{"call_id", call.row.call_id},
                {"route", end.route_name},
                {refuses ? "status" : "user", refuses ? std::to_string(end.status) : end.to}});
  if (refuses) {
    note(call, Step::branch_failed, 0, "the route " + end.route_name + " refuses it");
    call.refusal = static_cast<int>(end.status);
    call.out->refused = true;
    return;
  }
  auto to = one_of_ours(end.to);
  to.straight = end.emergency;
  const bool again = was_at(call, to);
  if (to.status != 0 || again) {
    note(call, Step::not_forwarded, 0,
         "to " + end.to + (again ? ": the call was there already" : ": 404 Not Found"));
    call.refusal = again ? 480 : 404;
    return;
  }
  if (!call.switched) call.switched = std::make_unique<Switched>();
  call.switched->at_end = false;
  note(call, Step::forwarded, 0, "route " + end.route_name + ", to " + end.to);
  take(call, to);
}

/// Those who were asked are out of the question: whoever is next by the callee's wish is asked.
bool CallDesk::goes_on(CallEntry& call) {
  if (call.refusal == 0 && call.hunt() && ask_next_member(call)) return true;
  const auto cause = cause_to_forward(call);
  if (!cause || !forward(call, *cause)) return false;
  ask_callee(call);
  return true;
}

std::optional<ForwardCause> CallDesk::cause_to_forward(const CallEntry& call) const {
  std::vector<call::BranchFinal> finals;
  for (std::size_t i = 0; i < call.branches.size(); ++i) {
    const Branch& b = call.branches[i];
    if (b.device != 0 && !b.final_response.empty() && rings_at(call, owner_of(call, b.device)))
      finals.push_back({b.final_status, i});
  }
  if (finals.empty()) return ForwardCause::not_reachable;
  const int best = finals[call::best_response(finals)].status;
  if (means_busy(best)) return ForwardCause::busy;
  if (means_absent(best)) return ForwardCause::not_reachable;
  return std::nullopt;
}

void CallDesk::on_no_answer(CallEntry& call) {
  call.no_answer_at.reset();
  if (call.over()) return;
  if (const auto* hunt = call.hunt(); hunt && !hunt->waiting.empty()) {
    pass_over_ringing(call);
    if (ask_next_member(call)) return;
  }
  if (forward(call, ForwardCause::no_answer)) ask_callee(call);
}

/// The call is for this user now: whichever of his phones comes rings.
bool CallDesk::rings_at(const CallEntry& call, std::int64_t user) const {
  const auto* hunt = call.hunt();
  return call.user == user || (hunt && std::ranges::count(hunt->asked, user) != 0);
}

/// A decline is one of the callee, not of somebody the call was for before, nor of a trunk that was
/// left for him.
bool CallDesk::speaks_for_all(const CallEntry& call, DeviceKey device) const {
  if (device == 0) return call.user == 0 && !call.hunt();
  return !call.switched || owner_of(call, device) == call.user;
}

}  // namespace proxy
