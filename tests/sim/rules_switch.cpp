#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"
#include "tests/sim/watch.hpp"

namespace test::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t forwards_most = 5;
constexpr sip::Duration slack = 1s;

/// The Diversion values of an INVITE, the newest first; the callers of a run send none.
std::vector<std::string> diversions_of(const sip::Message& message) {
  std::vector<std::string> values;
  for (const sip::Header& h : message.headers()) {
    if (!sip::iequals(message.name(h), "Diversion")) continue;
    std::string_view rest = message.value(h);
    while (const auto item = sip::take_list_item(rest)) values.emplace_back(*item);
  }
  return values;
}

/// "u1" of "<sip:u1@example.com>;reason=user-busy".
std::string who(const std::string& diversion) {
  const auto from = diversion.find("sip:") + 4;
  return diversion.substr(from, diversion.find('@') - from);
}

std::optional<Turn> turn_of(const std::string& diversion) {
  static constexpr std::pair<std::string_view, Turn> reasons[] = {
      {"unconditional", Turn::always},          {"user-busy", Turn::busy},
      {"no-answer", Turn::no_answer},           {"unavailable", Turn::not_reachable},
      {"do-not-disturb", Turn::do_not_disturb},
  };
  for (const auto& [reason, turn] : reasons)
    if (diversion.find(";reason=" + std::string{reason}) != std::string::npos) return turn;
  return std::nullopt;
}

}  // namespace

/// A device is asked, by an INVITE or a push: its user's turn has come.
void Watch::comes_to(std::size_t at, PartyId device) {
  auto& call = book_.calls[at];
  const auto user = book_.devices[device].user;
  if (std::ranges::count(call.been, user) != 0) {
    const bool went_on = call.been.back() != user && !call.to.starts_with('g');
    if (went_on && call.over == Over::no && book_.ring(at, device).pushed)
      tally_.count(Turn::joined);
    return;
  }
  call.been.push_back(user);
  if (call.over == Over::no) call.unsure = false;
  if (call.been.size() < 2) return;
  if (call.to == "900" && call.been.size() == 2) tally_.count(Turn::last_route);
  if (!call.to.starts_with('g')) return;
  const auto& group = board_.groups.at(static_cast<std::size_t>(call.to.at(1) - '0'));
  if (std::ranges::count(group.members, user) != 0)
    tally_.count(group.serial ? Turn::serial_group : Turn::parallel_group);
}

/// At most five forwards, nobody forwards twice, and to nobody who has forwarded (docs/adr/0010).
void Watch::check_diversions(const Ring& ring, const Sight& sight) {
  const auto& call = book_.calls[ring.call];
  const auto values = diversions_of(sight.message);
  const auto what = name(sight.party) + " got " + call.call_id;
  if (call.stays && !values.empty()) fail("forwards", what + " diverted by " + values.front());
  if (values.size() > forwards_most) fail("forwards", what + " diverted more than five times");
  std::set<std::string> seen;
  for (const auto& value : values) {
    const auto turn = turn_of(value);
    if (!turn) fail("forwards", "a reason that nobody knows: " + value);
    if (!seen.insert(who(value)).second)
      fail("forwards", std::string{what}.append(" diverted twice by ").append(who(value)));
  }
  if (seen.contains("u" + std::to_string(book_.devices[sight.party].user)))
    fail("forwards", what + ", though its user had it forwarded before");
  if (!values.empty() && ring.attempts.empty())
    if (const auto turn = turn_of(values.front())) tally_.count(*turn);
}

/// A target is never asked while another one rings (docs/adr/0006); the one that was asked last may
/// have its challenge answered.
void Watch::check_gateway(const Ring& ring, const sip::Message& message) {
  const auto& call = book_.calls[ring.call];
  tally_.count(Turn::trunk);
  const bool at_this_instant = call.expires && *call.expires == world_.elapsed();
  if (call.over != Over::no && !call.unsure && !at_this_instant)
    fail("trunks", name(ring.device) + " got " + call.call_id + ", which was over");
  const bool alone =
      diversions_of(message).empty() &&
      std::ranges::all_of(call.been, [](std::size_t user) { return user == Switchboard::outside; });
  const auto is_challenge = [](const Attempt& attempt) {
    return attempt.final_status == 401 || attempt.final_status == 407;
  };
  sip::Duration last{0};
  for (const auto& [party, at] : call.rings)
    for (const auto& old : book_.rings[at].attempts)
      if (book_.devices[party].gateway) last = std::max(last, old.sent);
  const bool answers = !ring.attempts.empty() && ring.attempts.back().sent == last &&
                       is_challenge(ring.attempts.back());
  for (const auto& [party, at] : call.rings) {
    if (!book_.devices[party].gateway) continue;
    for (const auto& old : book_.rings[at].attempts) {
      if (party == ring.device && is_challenge(old)) tally_.count(Turn::trunk_challenges);
      if (party != ring.device && &old == &book_.rings[at].attempts.front())
        tally_.count(Turn::next_target);
      if (alone && !answers && old.provisional > 100 && old.final_status == 0 && is_alive(old))
        fail("trunks",
             name(ring.device) + " got " + call.call_id + ", which rang at " + name(party));
    }
  }
}

/// Awake, or can be woken, as far as is known.
bool Watch::can_be_asked(std::size_t user) const {
  return std::ranges::any_of(book_.devices, [&](const Device& device) {
    return device.user == user && !device.gateway && device.now &&
           (device.mobile || is_registered(device));
  });
}

/// Who wants his calls to go on when nobody answers has that done in time, where nothing fails.
void Watch::owe_going_on(std::size_t at) {
  const auto& call = book_.calls[at];
  const auto user = Switchboard::user_of(call.to);
  if (!exact_ || !board_.on || !user || settings_.wake.coalesce.count() > 0) return;
  const auto& wishes = board_.wishes.at(*user);
  const auto to = Switchboard::user_of(wishes.no_answer);
  if (!to || wishes.do_not_disturb || !wishes.always.empty()) return;
  const auto& there = board_.wishes.at(*to);
  if (there.do_not_disturb || !there.always.empty()) return;
  going_on_.push_back({at, *to, call.arrived + std::chrono::seconds{wishes.no_answer_s} + slack});
}

void Watch::check_going_on() {
  const auto now = world_.elapsed();
  std::erase_if(going_on_, [&](const GoingOn& owed) {
    const auto& call = book_.calls[owed.call];
    // It went on for another reason, and is for somebody else now.
    const bool went = std::ranges::any_of(
        call.been, [&](std::size_t user) { return "u" + std::to_string(user) != call.to; });
    if (went || call.over != Over::no || call.unsure || crashed_ || store_failed_) return true;
    if (now <= owed.due || written_ > committed_) return false;
    if (can_be_asked(owed.to))
      fail("forwards", call.call_id + " did not go on to u" + std::to_string(owed.to) + " by " +
                           seconds(owed.due));
    return true;
  });
}

}  // namespace test::sim
