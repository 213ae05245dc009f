#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"
#include "tests/sim/watch.hpp"

namespace test::sim {

using sip::HeaderName;
using sip::Method;

void Watch::response_left(const Sight& sight) {
  if (sight.method == "REGISTER") return registered(sight);
  if (sight.method == "PRACK") return prack_answered(sight);
  if (sight.method != "INVITE") return;
  const auto found = offered_.find(sight.branch);
  if (found == offered_.end()) return;
  auto& offered = found->second;
  const int status = sight.message.status();
  if (status == 100 && !offered.call) let_in(offered, sight.branch);
  if (status >= 200 && offered.call) final_left(book_.calls[*offered.call], sight);
}

/// A PRACK in the early dialog of our own provisional: there is nobody at its other end.
void Watch::prack_answered(const Sight& sight) {
  const std::string tag{sip::tag_of(sight.message.value(HeaderName::to))};
  if (device_tags_.contains(tag)) return;
  tally_.count(Manner::early_dialog_refuses);
  if (sight.message.status() != 481)
    fail("early dialog", name(sight.party) + "'s PRACK got " +
                             std::to_string(sight.message.status()) + " instead of 481");
}

void Watch::let_in(Offered& offered, const std::string& branch) {
  const auto uri = sip::UriView::parse(offered.invite.request_uri());
  auto reach = board_.reach(uri ? uri->user : std::string_view{});
  const bool group = board_.on && uri && uri->user.starts_with('g');
  if (reach.empty() && !group && !(uri && Switchboard::user_of(uri->user))) return;
  Incoming call;
  call.to = uri->user;
  call.reach = std::move(reach);
  call.stays = board_.stays(call.to);
  call.call_id = offered.invite.value(HeaderName::call_id);
  call.branch = branch;
  call.caller = offered.party;
  call.invite = offered.invite;
  call.arrived = offered.arrived;
  call.arrived_wall = world_.now().wall - (world_.elapsed() - offered.arrived);
  if (const auto left = sip::parse_number(call.invite.value(HeaderName::expires), 86'400))
    call.expires = call.arrived + std::chrono::seconds{*left};
  offered.call = book_.calls.size();
  book_.call_of_branch[branch] = *offered.call;
  book_.calls_of_id[call.call_id].push_back(*offered.call);
  book_.calls.push_back(std::move(call));
  owe_going_on(*offered.call);
}

/// Exactly one final response to an INVITE, or only 2xx.
void Watch::final_left(Incoming& call, const Sight& sight) {
  const int status = sight.message.status();
  const auto tag = std::string{sip::tag_of(sight.message.value(HeaderName::to))};
  const auto index = book_.call_of_branch.at(sight.branch);
  const auto what = name(call.caller) + "'s INVITE " + call.call_id;
  if (status < 300) {
    ++call.finals_ok;
    if (call.finals_failed > 0) fail("one final", what + " got a 2xx after a failure");
  } else {
    const bool copy = call.finals_failed > 0 && call.final_status == status;
    if (call.finals_ok > 0 && !call.blurred) fail("one final", what + " got a failure after a 2xx");
    if (call.finals_failed > 0 && !copy && !call.blurred)
      fail("one final", what + " got " + std::to_string(call.final_status) + " and then " +
                            std::to_string(status));
    if (!copy) ++call.finals_failed;
  }
  if (call.final_status != 0) return;
  if (status == refusal_of_last_route) tally_.count(Turn::last_route_refuses);
  call.final_status = status;
  call.final_tag = tag;
  fresh_finals_.push_back(index);
  if (call.over == Over::no) end_call(index, status < 300 ? Over::answered : Over::failed);
  // A 2xx that comes after CANCEL and before our final is an answer after all.
  if (status < 300 && call.over != Over::answered) end_call(index, Over::answered);
}

void Watch::request_left(const Sight& sight) {
  const auto method = sight.message.method();
  const bool initial = sip::tag_of(sight.message.value(HeaderName::to)).empty();
  if (method == Method::invite && initial) return invite_left(sight);
  if (method == Method::cancel) return cancel_left(sight);
  if (method == Method::message && initial) return text_left(sight);
  if (method == Method::ack || method == Method::bye) ack_or_bye_left(sight);
}

std::optional<std::size_t> Watch::call_for(std::string_view call_id, PartyId device) const {
  if (device >= book_.devices.size()) return std::nullopt;
  const auto found = book_.calls_of_id.find(std::string{call_id});
  if (found == book_.calls_of_id.end()) return std::nullopt;
  for (auto at = found->second.rbegin(); at != found->second.rend(); ++at)
    if (book_.calls[*at].reach.contains(book_.devices[device].user)) return *at;
  return std::nullopt;
}

void Watch::invite_left(const Sight& sight) {
  if (book_.attempt_of_branch.contains(sight.branch)) return;  // a retransmission
  const auto call_id = sight.message.value(HeaderName::call_id);
  const auto call = call_for(call_id, sight.party);
  if (!call)
    return fail("nobody is called by a ghost", name(sight.party) + " got an INVITE of " +
                                                   std::string{call_id} +
                                                   ", which is no call for it");
  auto& ring = book_.ring(*call, sight.party);
  const bool late = sight.message.count(HeaderName::via) == 1 &&
                    sight.message.value(HeaderName::via).find(',') == std::string_view::npos;
  check_diversions(ring, sight);
  const bool gateway = book_.devices[sight.party].gateway;
  if (gateway && late)
    fail("nobody is called by a ghost", name(sight.party) + " got a late call");
  else if (gateway)
    check_gateway(ring, sight.message);
  else
    check_contact(sight);
  if (late)
    check_late(ring, sight);
  else if (!gateway)
    check_once(ring, sight);
  if (!late) comes_to(*call, sight.party);
  Attempt attempt;
  attempt.branch = sight.branch;
  attempt.client = sight.client;
  attempt.flow = sight.flow;
  attempt.late = late;
  attempt.asked = sight.asked;
  attempt.sent = sight.at;
  attempt.cseq = sight.number;
  if (const auto closed = closed_.find(sight.flow); closed != closed_.end())
    attempt.dead_at = closed->second;  // while it waited
  book_.attempt_of_branch[sight.branch] = {book_.calls[*call].rings.at(sight.party),
                                           ring.attempts.size()};
  ring.attempts.push_back(std::move(attempt));
  if (late) {
    ++ring.late_calls;
    ++tally_.late_calls;
    const auto& been = book_.calls[*call].been;
    if (been.size() > 1 && been.back() != book_.devices[sight.party].user) tally_.count(Turn::late);
  }
}

void Watch::cancel_left(const Sight& sight) {
  const auto found = book_.attempt_of_branch.find(sight.branch);
  if (found == book_.attempt_of_branch.end())
    return fail("CANCEL", name(sight.party) + " got a CANCEL of nothing it was sent");
  auto& ring = book_.rings[found->second.ring];
  auto& attempt = ring.attempts[found->second.attempt];
  if (attempt.cancelled_at) return;
  attempt.cancelled_at = sight.at;
  if (attempt.provisional == 0)
    fail("no CANCEL before a provisional", name(sight.party) + " got one");
  if (!attempt.late) set(ring.told);  // a late call that is not complete is none after a crash
  if (attempt.late) check_late_reason(book_.calls[ring.call], sight);
}

void Watch::ack_or_bye_left(const Sight& sight) {
  const bool ack = sight.message.method() == Method::ack;
  const auto mark = [&](Attempt& attempt) { (ack ? attempt.acked : attempt.hung_up) = true; };
  const auto found = book_.attempt_of_branch.find(sight.branch);
  if (found != book_.attempt_of_branch.end())
    return mark(book_.rings[found->second.ring].attempts[found->second.attempt]);
  // Of a dialog: that of a 2xx.
  const auto tag = sip::tag_of(sight.message.value(HeaderName::to));
  for (auto& ring : book_.rings)
    for (auto& attempt : ring.attempts)
      if (ring.device == sight.party && attempt.final_status / 100 == 2 && attempt.tag == tag)
        mark(attempt);
}

void Watch::registered(const Sight& sight) {
  const auto found = registering_.find(sight.branch);
  if (found == registering_.end() || sight.party >= book_.devices.size()) return;
  auto& wanted = found->second;
  auto& device = book_.devices[sight.party];
  if (sight.message.status() == 503) device.unsure = true;
  if (wanted.done || sight.message.status() / 100 != 2) return;
  wanted.done = true;
  device.unsure = false;
  if (device.now && device.now->asked > wanted.arrived) return;
  const auto until = wanted.arrived + settings_.registrar.default_expires;
  device.now = Registered{wanted.flow, wanted.arrived, sight.at, until, {}};
  if (wanted.removes) {
    device.now->gone_at = wanted.arrived;
    for (auto& ring : book_.rings)
      if (ring.device == sight.party) ring.left = sight.at;
  }
  if (const auto closed = closed_.find(wanted.flow); closed != closed_.end())
    device.now->gone_at = closed->second;
  if (!wanted.removes) device_came(sight.party, wanted.flow, wanted.arrived);
}

}  // namespace test::sim
