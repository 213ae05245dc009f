#include "proxy/core/push/webhook.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxy::push {
namespace {

using namespace std::chrono_literals;

CallNotice notice() {
  CallNotice n;
  n.call_id = "call-1";
  n.caller_uri = "sip:alice@example.com";
  n.caller_name = "Alice";
  n.callee = "bob@example.com";
  n.sent_at = sip::WallTime{1'700'000'000'123ms};
  return n;
}

TEST(Webhook, NamesTheCallAndTheDevice) {
  record::Device device;
  device.id = 7;
  device.push = {"apns", "TEAM.app.voip", "AA:voip&BB:remote"};
  device.user_agent = "LinphoneiOS/5";
  CallNotice n = notice();
  n.device = &device;
  EXPECT_EQ(nlohmann::json::parse(webhook_body(n)), nlohmann::json::parse(R"({
    "event": "call", "call_id": "call-1",
    "caller": {"uri": "sip:alice@example.com", "display_name": "Alice"},
    "callee": "bob@example.com", "attempt": 1, "sent_at": "2023-11-14T22:13:20.123Z",
    "device": {"id": 7, "provider": "apns", "param": "TEAM.app.voip",
               "prid": "AA:voip&BB:remote", "user_agent": "LinphoneiOS/5"}})"));
}
TEST(Webhook, SaysNullWhenNoDeviceIsKnown) {
  EXPECT_TRUE(nlohmann::json::parse(webhook_body(notice()))["device"].is_null());
}
TEST(Webhook, SaysWhichAttemptItIs) {
  CallNotice n = notice();
  n.attempt = 2;
  EXPECT_EQ(nlohmann::json::parse(webhook_body(n))["attempt"], 2);
}
TEST(Webhook, TellsAMissedCallApartFromOneThatWaits) {
  CallNotice n = notice();
  EXPECT_EQ(nlohmann::json::parse(webhook_body(n))["event"], "call");
  n.event = "missed";
  EXPECT_EQ(nlohmann::json::parse(webhook_body(n))["event"], "missed");
}
TEST(Webhook, StaysJsonWhateverTheCallIdIs) {
  CallNotice n = notice();
  const std::string hostile = "`rm`\"\\\n\x01\xff$(id)";
  n.call_id = hostile;
  const auto body = nlohmann::json::parse(webhook_body(n));
  EXPECT_TRUE(body["call_id"].get<std::string>().starts_with("`rm`\"\\\n"));
}
TEST(Webhook, SignsTheBodyWithTheSecret) {
  EXPECT_EQ(webhook_signature("", "body"), "");
  // RFC 4231 test case 2.
  EXPECT_EQ(webhook_signature("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
TEST(Webhook, NamesThePlatformWithoutTheSandbox) {
  record::Device device;
  EXPECT_EQ(platform_of(device), "webhook");
  device.push.provider = "apns.dev";
  EXPECT_EQ(platform_of(device), "apns");
}

}  // namespace
}  // namespace proxy::push
