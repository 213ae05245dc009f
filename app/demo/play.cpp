#include "app/demo/play.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace app::demo {
namespace {

using namespace std::chrono_literals;
using proxy::record::LegState;
using proxy::record::Step;

/// Long enough on a busy machine; nothing on loopback needs it.
constexpr auto patience = 8s;
constexpr auto registration = std::chrono::seconds{600};
constexpr auto wake_after = 700ms;
/// After a late call: time in which one INVITE too many would show.
constexpr auto quiet = 400ms;

void expect(Outcome& outcome, bool holds, std::string otherwise) {
  if (!holds) outcome.faults.push_back(std::move(otherwise));
}

}  // namespace

std::string first_name(std::string_view user) {
  std::string name{user.substr(user.find('-') + 1)};
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

Play::Play(Stage& stage, House house, StoryBook& book)
    : stage_{stage}, house_{std::move(house)}, book_{book} {}

std::string Play::uri(std::string_view user) const {
  return std::string{"sip:"}.append(user).append("@").append(house_.domain);
}

PhoneSettings Play::phone(std::string_view user, std::string_view kind) const {
  PhoneSettings settings;
  settings.agent.user = user;
  settings.agent.domain = house_.domain;
  settings.agent.display_name = first_name(user);
  settings.agent.user_agent = std::string{"sipwake-demo "}.append(kind);
  // A name-based UUID would do; what counts is that it is the same in each life of the phone.
  settings.agent.instance = std::string{"urn:sipwake:"}.append(user).append(":").append(kind);
  if (const auto known = house_.passwords.find(user); known != house_.passwords.end())
    settings.agent.password = known->second;
  return settings;
}

PhoneSettings Play::desk(std::string_view user) const {
  auto settings = phone(user, "desk");
  settings.transport = house_.desk_transport;
  settings.server = house_.desk;
  settings.agent.answer_after = 900ms;
  return settings;
}

PhoneSettings Play::mobile(std::string_view user) const {
  auto settings = phone(user, "mobile");
  settings.transport = house_.mobile_transport;
  settings.server = house_.mobile;
  settings.agent.contact_params = house_.push->coordinates(user);
  return settings;
}

bool Play::registers(Phone& phone) {
  phone.register_contact(registration);
  return stage_.until([&] { return phone.saw(Sight::registered); }, patience);
}

std::vector<std::string> Play::enter() {
  std::vector<std::string> faults;
  const auto enter = [&](PhoneSettings settings) -> Phone& {
    const std::string who = settings.agent.user_agent + " of " + settings.agent.user;
    Phone& phone = stage_.add(std::move(settings));
    if (registers(phone)) return phone;
    const auto* refusal = phone.first(Sight::register_refused);
    faults.push_back(who + " could not register" +
                     (refusal ? ": " + std::to_string(refusal->status) : std::string{}));
    return phone;
  };
  caller_ = &enter(desk(alice));
  bob_desk_ = &enter(desk(bob));
  dave_desk_ = &enter(desk(dave));
  for (const auto user : mobile_users) enter(mobile(user)).switch_off();
  return faults;
}

Outcome Play::begin(std::string_view callee) {
  Outcome outcome;
  outcome.call_id = caller_->call(uri(callee));
  return outcome;
}

void Play::await(Outcome& outcome, const Phone& phone, Sight what, std::string_view who) {
  expect(outcome, stage_.until([&] { return phone.saw(what, outcome.call_id); }, patience),
         std::string{who}.append(" did not see: ").append(to_string(what)));
}

void Play::await_push(Outcome& outcome, std::string_view user) {
  const auto token = house_.push->token(user);
  const bool came =
      stage_.until([&] { return stage_.push(token, outcome.call_id) != nullptr; }, patience);
  expect(outcome, came, "no push with the Call-ID of the call came for " + token);
  if (!came) return;
  const auto& push = *stage_.push(token, outcome.call_id);
  outcome.push = push.request;
  expect(outcome, push.event == "call" && push.caller == uri(alice),
         "the push names the caller " + push.caller);
}

Phone& Play::wake(Outcome& outcome, std::string_view user) {
  Phone& phone = stage_.add(mobile(user));
  expect(outcome, registers(phone),
         "the mobile of " + first_name(user) + " could not register when it woke");
  return phone;
}

void Play::check_invites(Outcome& outcome, const Phone& phone, std::string_view who) const {
  const auto all = phone.count(Sight::invite);
  const auto of_this_call = phone.count(Sight::invite, outcome.call_id);
  expect(outcome, of_this_call == 1,
         std::string{who} + " got " + std::to_string(of_this_call) + " INVITEs of the call");
  expect(outcome, all == of_this_call, std::string{who} + " got an INVITE of another call");
}

void Play::hang_up(Outcome& outcome, const Phone& callee) {
  stage_.pass(300ms);
  caller_->hang_up(outcome.call_id);
  await(outcome, *caller_, Sight::hung_up, "caller");
  await(outcome, callee, Sight::bye, "callee");
}

void Play::compare(Outcome& outcome, const Expected& expected) {
  std::optional<Story> story;
  const bool complete = stage_.until(
      [&] {
        story = book_.find(outcome.call_id);
        return story && story->has(expected.last);
      },
      patience);
  if (!story) return expect(outcome, false, "the server has no record of the call");
  expect(outcome, complete,
         "the server's record does not reach: " +
             std::string{proxy::record::to_string(expected.last)});
  if (const auto step = story->missing(expected.in_order))
    expect(outcome, false,
           "the server's record has, in this order, no: " +
               std::string{proxy::record::to_string(*step)});
  expect(outcome, story->call.final_status == expected.final_status,
         "the server recorded the final status " + std::to_string(story->call.final_status) +
             " instead of " + std::to_string(expected.final_status));
  for (const auto& words : expected.verdict)
    expect(outcome, sip::to_lower(story->call.verdict).find(words) != std::string::npos,
           "the verdict does not say: " + words);
  if (expected.legs.empty()) return;
  std::vector<LegState> states;
  for (const auto& leg : story->legs) states.push_back(leg.state);
  std::string recorded;
  for (const LegState state : states) recorded.append(" ").append(to_string(state));
  for (const LegState state : expected.legs)
    expect(outcome, std::ranges::find(states, state) != states.end(),
           "the server recorded no leg that is " + std::string{to_string(state)} + ":" + recorded);
}

Outcome Play::answered_at_the_desk() {
  auto outcome = begin(bob);
  await(outcome, *caller_, Sight::answered, "caller");
  expect(outcome, caller_->saw(Sight::ringing, outcome.call_id), "caller heard no ringing");
  await(outcome, *bob_desk_, Sight::acknowledged, "desk phone");
  hang_up(outcome, *bob_desk_);
  check_invites(outcome, *bob_desk_, "desk phone");
  compare(outcome, {200,
                    {Step::invite, Step::branch, Step::provisional, Step::answered, Step::ended},
                    Step::ended,
                    {},
                    {"answered by desk phone of "}});
  return outcome;
}

Outcome Play::woken_in_time() {
  auto outcome = begin(carol);
  await_push(outcome, carol);
  stage_.pass(wake_after);
  Phone& phone = wake(outcome, carol);
  await(outcome, *caller_, Sight::answered, "caller");
  await(outcome, phone, Sight::acknowledged, "mobile");
  hang_up(outcome, phone);
  check_invites(outcome, phone, "mobile");
  phone.switch_off();
  compare(outcome, {200,
                    {Step::invite, Step::push_asked, Step::push_accepted, Step::registered,
                     Step::branch, Step::provisional, Step::answered, Step::ended},
                    Step::ended,
                    {LegState::won},
                    {" woke in ", "answered by " + mobile_name() + " of "}});
  return outcome;
}

Outcome Play::missed() {
  auto outcome = begin(carol);
  await_push(outcome, carol);
  stage_.pass(1s);
  caller_->cancel(outcome.call_id);
  await(outcome, *caller_, Sight::refused, "caller");
  if (const auto* end = caller_->first(Sight::refused, outcome.call_id))
    expect(outcome, end->status == 487, "caller got " + std::to_string(end->status));
  stage_.pass(wake_after);
  Phone& phone = wake(outcome, carol);
  await(outcome, phone, Sight::cancel, "mobile");
  stage_.pass(quiet);
  check_invites(outcome, phone, "mobile");
  if (const auto* cancel = phone.first(Sight::cancel, outcome.call_id))
    expect(outcome, cancel->detail.empty(), "the CANCEL gave a Reason: " + cancel->detail);
  phone.switch_off();
  compare(outcome, {487,
                    {Step::invite, Step::push_asked, Step::cancelled, Step::registered,
                     Step::late_invite, Step::late_cancel, Step::late_done},
                    Step::late_done,
                    {LegState::closed},
                    {"the caller gave up", "screen of " + mobile_name() + " of ", " closed"}});
  return outcome;
}

Outcome Play::answered_elsewhere() {
  auto outcome = begin(dave);
  await_push(outcome, dave);
  await(outcome, *caller_, Sight::answered, "caller");
  stage_.pass(wake_after);
  Phone& phone = wake(outcome, dave);
  await(outcome, phone, Sight::cancel, "mobile");
  stage_.pass(quiet);
  check_invites(outcome, phone, "mobile");
  if (const auto* cancel = phone.first(Sight::cancel, outcome.call_id))
    expect(outcome, cancel->detail == "SIP;cause=200;text=\"Call completed elsewhere\"",
           "the CANCEL gave another Reason: " + cancel->detail);
  phone.switch_off();
  hang_up(outcome, *dave_desk_);
  check_invites(outcome, *dave_desk_, "desk phone");
  compare(outcome,
          {200,
           {Step::invite, Step::push_asked, Step::answered, Step::registered, Step::late_invite,
            Step::late_cancel, Step::late_done, Step::ended},
           Step::ended,
           {LegState::closed},
           {"answered by desk phone of ", "screen of " + mobile_name() + " of ", " closed"}});
  return outcome;
}

void Play::start_unanswered() { unanswered_call_ = caller_->call(uri(erin)); }

Outcome Play::never_woken() {
  Outcome outcome;
  outcome.call_id = unanswered_call_;
  await_push(outcome, erin);
  stage_.until([&] { return caller_->saw(Sight::refused, outcome.call_id); },
               house_.wake_timeout + patience);
  await(outcome, *caller_, Sight::refused, "caller");
  if (const auto* end = caller_->first(Sight::refused, outcome.call_id)) {
    expect(outcome, end->status == 480, "caller got " + std::to_string(end->status));
    expect(outcome, end->detail.find("no device registered after push") != std::string::npos,
           "the Warning does not say why: " + end->detail);
  }
  compare(outcome, {480,
                    {Step::invite, Step::push_asked, Step::push_accepted, Step::replied},
                    Step::replied,
                    {},
                    {"nobody woke up"}});
  return outcome;
}

}  // namespace app::demo
