#include "proxy/core/late_call/eligibility.hpp"

#include <gtest/gtest.h>

namespace proxy::late_call {
namespace {

using namespace std::chrono_literals;

record::Device device(std::string provider, std::string agent) {
  record::Device d;
  d.push = {std::move(provider), "", "token"};
  d.user_agent = std::move(agent);
  return d;
}

TEST(LateEligibility, TakesThePlatformsAndUserAgentsOfTheSettings) {
  const Settings::LateCall defaults;
  EXPECT_TRUE(is_eligible(device("apns", "X/1"), defaults));
  EXPECT_TRUE(is_eligible(device("apns.dev", "X/1"), defaults));
  EXPECT_TRUE(is_eligible(device("webhook", "X/1"), defaults));
  EXPECT_FALSE(is_eligible(device("fcm", "LinphoneAndroid/5"), defaults));
  EXPECT_TRUE(is_eligible(device("fcm", "LinphoneiOS/5"), defaults));
  EXPECT_FALSE(is_eligible(device("fcm", "My LinphoneiOS/5"), defaults));
}
TEST(LateEligibility, GivesADeviceWithoutProviderThePlatformWebhook) {
  EXPECT_TRUE(is_eligible(device("", "X/1"), Settings::LateCall{}));
}
TEST(LateEligibility, CanBeSwitchedOff) {
  Settings::LateCall off;
  off.enabled = false;
  EXPECT_FALSE(is_eligible(device("apns", "LinphoneiOS/5"), off));
}
TEST(LateEligibility, KeepsTheWindowOpenToTheLaterOfBothEnds) {
  const Settings::LateCall defaults;
  const sip::TimePoint start{1'000'000ms};
  EXPECT_EQ(window_end(start + 5s, start, device("apns", ""), defaults), start + 45s);
  EXPECT_EQ(window_end(start + 40s, start, device("apns", ""), defaults), start + 55s);
}
TEST(LateEligibility, TakesTheWindowsOfThePlatformWhereItHasThem) {
  const sip::TimePoint start{1'000'000ms};
  Settings::LateCall policy;
  policy.apns.push_window = 70s;
  policy.fcm = {5s, 10s};
  policy.webpush.window = 1min;
  const auto end_for = [&](std::string provider) {
    return window_end(start + 20s, start, device(std::move(provider), ""), policy) - start;
  };
  EXPECT_EQ(end_for("apns"), 70s);
  EXPECT_EQ(end_for("apns.dev"), 70s);
  EXPECT_EQ(end_for("fcm"), 25s);
  EXPECT_EQ(end_for("webpush"), 80s);
  EXPECT_EQ(end_for("webhook"), 45s);
  EXPECT_EQ(end_for("acrobits"), 45s);
  policy.webhook.push_window = 30s;
  EXPECT_EQ(end_for("webhook"), 35s);
  EXPECT_EQ(end_for(""), 35s) << "woken by the webhook";
}
TEST(LateEligibility, ReadsAnsweredElsewhereFromAReason) {
  EXPECT_TRUE(means_answered("SIP;cause=200;text=\"Call completed elsewhere\""));
  EXPECT_TRUE(means_answered("sip ; cause=200"));
  EXPECT_TRUE(means_answered("Q.850;cause=26"));
  EXPECT_TRUE(means_answered("Q.850;cause=16, SIP;cause=200"));
  EXPECT_FALSE(means_answered("Q.850;cause=16"));
  EXPECT_FALSE(means_answered("SIP;cause=487"));
  EXPECT_FALSE(means_answered("Q.850;cause=200"));
  EXPECT_FALSE(means_answered(""));
  EXPECT_FALSE(means_answered("SIP;text=\"cause=200\""));
}
TEST(LateEligibility, SaysTheEndOfACallInItsReason) {
  record::Call call;
  EXPECT_EQ(reason_for(end_of(call), ""), "");
  call.answered_at = sip::WallTime{1ms};
  EXPECT_EQ(reason_for(end_of(call), ""), "SIP;cause=200;text=\"Call completed elsewhere\"");
  call.answered_at.reset();
  call.end_reason = "declined";
  EXPECT_EQ(reason_for(end_of(call), ""), "SIP;cause=600;text=\"Busy Everywhere\"");
  call.end_reason = "cancelled";
  call.cancel_reason = "SIP;cause=487";
  EXPECT_EQ(reason_for(end_of(call), call.cancel_reason), "SIP;cause=487");
  call.cancel_reason = "Q.850;cause=16";
  EXPECT_EQ(reason_for(end_of(call), call.cancel_reason), "SIP;cause=487, Q.850;cause=16");
  call.cancel_reason = "Q.850;cause=26";
  EXPECT_EQ(reason_for(end_of(call), call.cancel_reason),
            "SIP;cause=200;text=\"Call completed elsewhere\"");
}

}  // namespace
}  // namespace proxy::late_call
