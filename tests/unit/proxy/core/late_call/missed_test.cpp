#include "proxy/core/late_call/missed.hpp"

#include <gtest/gtest.h>

#include "sipstack/message/check.hpp"

namespace proxy::late_call {
namespace {

using record::LegState;
using record::Notice;
using Policy = Settings::MissedPush;

record::Call ended(std::string reason) {
  record::Call call;
  call.end_reason = std::move(reason);
  return call;
}

record::Leg gone() {
  record::Leg leg;
  leg.state = LegState::gone;
  leg.pushed_at = sip::WallTime{};
  return leg;
}

TEST(MissedCall, IsOneThatNobodyTookAndNobodyDeclined) {
  for (const auto* reason : {"cancelled", "not woken", "busy", "restarted", "expired"})
    EXPECT_TRUE(is_missed(ended(reason))) << reason;
  EXPECT_FALSE(is_missed(ended("declined")));
  auto answered = ended("answered");
  answered.answered_at = sip::WallTime{};
  EXPECT_FALSE(is_missed(answered));
}

TEST(MissedCall, IsWhatTheCallersReasonSays) {
  auto call = ended("cancelled");
  call.cancel_reason = "SIP;cause=487";
  EXPECT_TRUE(is_missed(call));
  call.cancel_reason = "Q.850;cause=26";
  EXPECT_FALSE(is_missed(call));
}

TEST(MissedNotice, IsOwedToADeviceThatWasAskedInVain) {
  EXPECT_EQ(notice_for(ended("cancelled"), gone(), Policy::push), Notice::push);
  EXPECT_EQ(notice_for(ended("cancelled"), gone(), Policy::message), Notice::message);
  EXPECT_EQ(notice_for(ended("cancelled"), gone(), Policy::off), Notice::none);
  EXPECT_EQ(notice_for(ended("declined"), gone(), Policy::push), Notice::none);
}

TEST(MissedNotice, IsNotOwedToADeviceThatWasNotAskedOrHadTheCall) {
  auto leg = gone();
  leg.pushed_at.reset();
  EXPECT_EQ(notice_for(ended("cancelled"), leg, Policy::push), Notice::none);
  leg = gone();
  for (const auto state :
       {LegState::fresh, LegState::pushed, LegState::awake, LegState::delivered, LegState::ringing,
        LegState::won, LegState::lost, LegState::declined, LegState::late, LegState::closed}) {
    leg.state = state;
    EXPECT_EQ(notice_for(ended("cancelled"), leg, Policy::push), Notice::none)
        << record::to_string(state);
  }
}

TEST(MissedMessage, SaysWhoCalledAndWhen) {
  EXPECT_EQ(missed_text("Alice", "sip:alice@example.com", "2025-03-01T12:00:00Z"),
            "Missed call from Alice <sip:alice@example.com> at 2025-03-01T12:00:00Z");
  EXPECT_EQ(missed_text("", "sip:alice@example.com", "2025-03-01T12:00:00Z"),
            "Missed call from <sip:alice@example.com> at 2025-03-01T12:00:00Z");
}

TEST(MissedMessage, IsASoundRequestOfOurOwn) {
  const auto wire =
      build_message({"sip:bob@192.0.2.7:5060", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx",
                     "<sip:edge.example.com;lr>", "example.com", "bob@example.com",
                     "own@example.com", "t1", 2, "Missed call"});
  const auto message = sip::Message::parse(wire);
  ASSERT_TRUE(message);
  EXPECT_EQ(sip::check_request(*message, sip::Limits{}).status, 0);
  EXPECT_EQ(message->request_uri(), "sip:bob@192.0.2.7:5060");
  EXPECT_EQ(message->value(sip::HeaderName::route), "<sip:edge.example.com;lr>");
  EXPECT_EQ(message->value(sip::HeaderName::from), "<sip:example.com>;tag=t1");
  EXPECT_EQ(message->value(sip::HeaderName::to), "<sip:bob@example.com>");
  EXPECT_EQ(message->value(sip::HeaderName::cseq), "2 MESSAGE");
  EXPECT_FALSE(message->has(sip::HeaderName::contact));
  EXPECT_EQ(message->body(), "Missed call");
}

TEST(MissedMessage, IsRepeatedOnlyWhenItWasNotReached) {
  EXPECT_EQ(delivery_of(200), Delivery::done);
  EXPECT_EQ(delivery_of(202), Delivery::done);
  EXPECT_EQ(delivery_of(408), Delivery::again);
  EXPECT_EQ(delivery_of(503), Delivery::again);
  for (const int status : {302, 401, 404, 405, 415, 486, 500, 600, 603})
    EXPECT_EQ(delivery_of(status), Delivery::refused) << status;
}

}  // namespace
}  // namespace proxy::late_call
