#include "proxy/core/push/route.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proxy/core/push/word.hpp"

namespace proxy::push {
namespace {

const std::string voip(64, 'a');
const std::string alert(64, 'b');

Settings with_all() {
  Settings settings;
  settings.webhook = Settings::Webhook{"http://push.test/push", "", {}};
  Settings::Apns team;
  team.topics = {"com.example.phone"};
  settings.apns.push_back(team);
  Settings::Fcm account;
  account.project_id = "phones";
  account.senders = {"1234"};
  settings.fcm.push_back(account);
  settings.webpush = Settings::WebPush{};
  return settings;
}

record::PushTarget iphone() {
  return {"apns.dev", "DEF1234567.com.example.phone.voip&remote",
          voip + ":voip&" + alert + ":remote"};
}

TEST(Route, LeadsACallToTheVoipTokenAndAnAlertToTheOther) {
  const auto settings = with_all();
  const auto call = route_of(iphone(), Kind::call, settings);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->service, Service::apns);
  EXPECT_EQ(call->app, "com.example.phone");
  EXPECT_EQ(call->token, voip);
  EXPECT_TRUE(call->sandbox);
  EXPECT_EQ(route_of(iphone(), Kind::alert, settings)->token, alert);
  EXPECT_EQ(route_of(iphone(), Kind::wake, settings)->token, alert);
}

TEST(Route, AlertsAPhoneWithoutAVoipTokenOfACall) {
  const auto call = route_of({"apns", "com.example.phone.remote", alert}, Kind::call, with_all());
  ASSERT_TRUE(call);
  EXPECT_EQ(call->kind, Kind::alert);
  EXPECT_EQ(call->token, alert);
}

TEST(Route, LeadsAnAppThatIsNotOursToTheWebhook) {
  auto settings = with_all();
  const record::PushTarget other{"apns", "DEF1234567.org.other.voip", voip};
  EXPECT_EQ(route_of(other, Kind::call, settings)->service, Service::webhook);
  settings.webhook.reset();
  EXPECT_FALSE(route_of(other, Kind::call, settings));
  EXPECT_FALSE(can_be_woken(other, settings));
}

TEST(Route, KnowsAProjectByItsNumber) {
  auto settings = with_all();
  EXPECT_EQ(route_of({"fcm", "1234", "t"}, Kind::call, settings)->app, "phones");
  EXPECT_EQ(route_of({"fcm", "9999", "t"}, Kind::call, settings)->app, "phones")
      << "there is no other";
  settings.fcm.push_back({});
  settings.fcm.back().project_id = "others";
  EXPECT_EQ(route_of({"fcm", "others", "t"}, Kind::call, settings)->app, "others");
  EXPECT_EQ(route_of({"fcm", "9999", "t"}, Kind::call, settings)->service, Service::webhook);
}

TEST(Route, TakesASubscriptionOverHttpsOnly) {
  const auto settings = with_all();
  const auto good =
      route_of({"webpush", "", "https://push.test/1", "key:auth"}, Kind::call, settings);
  EXPECT_EQ(good->service, Service::webpush);
  EXPECT_EQ(good->token, "https://push.test/1");
  EXPECT_EQ(good->p256dh, "key");
  EXPECT_EQ(good->auth, "auth");
  EXPECT_EQ(route_of({"webpush", "", "https://push.test/1"}, Kind::call, settings)->p256dh, "");
  EXPECT_EQ(route_of({"webpush", "", "http://push.test/1"}, Kind::call, settings)->service,
            Service::webhook);
}

TEST(Route, LeadsNobodyWithoutCoordinatesAnywhere) {
  EXPECT_FALSE(route_of({}, Kind::call, with_all()));
}

TEST(Word, HidesTheCallerWhenTold) {
  auto settings = with_all();
  settings.wake.caller_details = false;
  record::Device device;
  CallNotice notice;
  notice.caller_uri = "sip:alice@example.com";
  notice.caller_name = "Alice";
  notice.device = &device;
  for (const auto& target : {iphone(), record::PushTarget{"fcm", "1234", "t"},
                             record::PushTarget{"webpush", "", "https://p.test/1", "k:a"},
                             record::PushTarget{"webhook", "", "t"}}) {
    device.push = target;
    const auto request = word(notice, settings);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body.find("alice"), std::string::npos) << request->body;
    EXPECT_EQ(request->body.find("Alice"), std::string::npos) << request->body;
  }
}

TEST(Word, TakesTheTemplateOfTheAppThatIsPushedTo) {
  auto settings = with_all();
  settings.apns.front().payload = R"({"call": {"aps": {"mine": "{call_id}"}}})";
  record::Device device;
  device.push = iphone();
  CallNotice notice;
  notice.call_id = "c1";
  notice.device = &device;
  const auto request = word(notice, settings);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body, R"({"aps":{"mine":"c1"}})");
  EXPECT_EQ(request->ttl.count(), 0) << "a VoIP push comes now or never";
}

}  // namespace
}  // namespace proxy::push
