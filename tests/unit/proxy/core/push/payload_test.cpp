#include "proxy/core/push/payload.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxy::push {
namespace {

using nlohmann::json;

class PayloadTest : public ::testing::Test {
 protected:
  PayloadTest() {
    device.id = 7;
    device.instance = "urn:uuid:1";
    notice.call_id = "c1@pbx";
    notice.caller_uri = "sip:alice@example.com";
    notice.caller_name = "Alice";
    notice.callee = "bob@example.com";
    notice.device = &device;
    notice.sent_at = sip::WallTime{std::chrono::milliseconds{1'740'830'400'123}};
  }
  json body(Service service, std::string_view custom = {}) {
    return json::parse(payload_of(service, custom, notice).body);
  }

  record::Device device;
  CallNotice notice;
};

TEST_F(PayloadTest, GivesAnIPhoneWhatLiblinphoneReads) {
  const auto body = this->body(Service::apns);
  EXPECT_EQ(body["aps"]["call-id"], "c1@pbx");
  EXPECT_EQ(body["aps"]["loc-key"], "IC_MSG");
  EXPECT_EQ(body["aps"]["loc-args"], json::array({"Alice"}));
  EXPECT_EQ(body["aps"]["uuid"], "urn:uuid:1");
  EXPECT_EQ(body["aps"]["send-time"], "2025-03-01 12:00:00");
  EXPECT_EQ(body["from-uri"], "sip:alice@example.com");
  EXPECT_EQ(body["display-name"], "Alice");
  EXPECT_EQ(body["pn_ttl"], 30);
  EXPECT_EQ(body["customPayload"], json::object());
}

TEST_F(PayloadTest, GivesAnAndroidPhoneTextsOnly) {
  const auto body = this->body(Service::fcm);
  EXPECT_EQ(body["call-id"], "c1@pbx");
  EXPECT_EQ(body["sip-from"], "Alice");
  EXPECT_EQ(body["loc-args"], "Alice");
  for (const auto& value : body) EXPECT_TRUE(value.is_string()) << body;
  const auto own = this->body(Service::fcm, R"({"call": {"t": "{ttl}", "n": 5, "o": {"a": "x"}}})");
  EXPECT_EQ(own, json::parse(R"({"t": "30", "n": "5", "o": "{\"a\":\"x\"}"})"));
}

TEST_F(PayloadTest, NamesACallerWithoutANameByItsUri) {
  notice.caller_name = "";
  EXPECT_EQ(body(Service::apns)["aps"]["loc-args"], json::array({"sip:alice@example.com"}));
}

TEST_F(PayloadTest, PutsWhatComesFromTheWireInAsAValue) {
  notice.caller_name = "\"},\"aps\":{\"x\":\"{call_id}\"\r\n\\";
  const auto body = this->body(Service::apns);
  EXPECT_EQ(body["display-name"], std::string{notice.caller_name});
  EXPECT_FALSE(body["aps"].contains("x"));
}

TEST_F(PayloadTest, ReplacesBytesThatAreNoUtf8) {
  notice.caller_name = "Al\xff\xfeice";
  EXPECT_EQ(body(Service::apns)["display-name"], "Al\xEF\xBF\xBD\xEF\xBF\xBDice");
}

TEST_F(PayloadTest, TakesTheTemplateOfTheApp) {
  const auto body = this->body(
      Service::apns,
      R"({"call": {"aps": {"alert": "{caller_name} <{caller_uri}> {{x}"}, "n": "{attempt}",
          "list": ["{device_id}", true, null]}})");
  EXPECT_EQ(body["aps"]["alert"], "Alice <sip:alice@example.com> {x}");
  EXPECT_EQ(body["n"], 1);
  EXPECT_EQ(body["list"], json::array({7, true, nullptr}));
}

TEST_F(PayloadTest, FallsBackToTheDefaultForAnEventTheTemplateLacks) {
  notice.event = "missed";
  const auto body = this->body(Service::apns, R"({"call": {"aps": {}}})");
  EXPECT_EQ(body["aps"]["alert"]["body"], "Alice");
}

TEST_F(PayloadTest, SaysNothingToTheUserOfAMereWake) {
  notice.event = "wake";
  const auto body = this->body(Service::apns);
  EXPECT_EQ(body["aps"]["content-available"], 1);
  EXPECT_FALSE(body["aps"].contains("alert"));
  EXPECT_EQ(kind_of(notice), Kind::wake);
}

TEST_F(PayloadTest, NamesThePushIdOfTheInviteOrElseTheCallId) {
  EXPECT_EQ(body(Service::apns)["push-id"], "c1@pbx");
  notice.push_id = "p9";
  EXPECT_EQ(body(Service::apns)["push-id"], "p9");
}

TEST_F(PayloadTest, CutsALongNameBetweenCharacters) {
  std::string name;
  while (name.size() < 6'000) name += "\xC3\xA4";  // two bytes each
  name.insert(0, "x");                             // so that the cut falls into one
  notice.caller_name = name;
  const auto payload = payload_of(Service::apns, {}, notice);
  EXPECT_LE(payload.body.size(), payload_limit(Service::apns, Kind::call));
  const std::string shown = json::parse(payload.body)["display-name"];
  EXPECT_EQ(shown, name.substr(0, 63));
}

TEST_F(PayloadTest, LeavesOutWhatIsNotNeededWhenItIsStillTooLarge) {
  const std::string uri = "sip:" + std::string(8'000, 'a') + "@example.com";
  notice.caller_uri = uri;
  for (const auto service : {Service::apns, Service::fcm, Service::webpush}) {
    const auto payload = payload_of(service, {}, notice);
    EXPECT_LE(payload.body.size(), payload_limit(service, Kind::call));
    EXPECT_NE(payload.body.find("c1@pbx"), std::string::npos);
    EXPECT_TRUE(payload.slim_body.empty()) << "it was sent at once";
  }
}

TEST_F(PayloadTest, HasSomethingSmallerForAServiceThatFindsItTooLarge) {
  const auto payload = payload_of(Service::apns, {}, notice);
  EXPECT_LT(payload.slim_body.size(), payload.body.size());
  EXPECT_EQ(json::parse(payload.slim_body)["aps"]["call-id"], "c1@pbx");
}

TEST_F(PayloadTest, StaysWithinEveryLimitForTheWorstCallIdThereMayBe) {
  const std::string call_id(512, '\xff');
  notice.call_id = call_id;
  for (const auto* event : {"call", "missed", "wake"})
    for (const auto service : {Service::apns, Service::fcm, Service::webpush}) {
      notice.event = event;
      const auto payload = payload_of(service, {}, notice);
      EXPECT_LE(payload.body.size(), payload_limit(service, kind_of(notice)));
    }
}

TEST(Template, IsRefusedWithItsReason) {
  EXPECT_EQ(template_problem(Service::apns, "{"), "is no JSON object");
  EXPECT_EQ(template_problem(Service::apns, "[]"), "is no JSON object");
  EXPECT_EQ(template_problem(Service::apns, R"({"ring": {}})"),
            "has 'ring', which is none of call, missed and wake");
  EXPECT_EQ(template_problem(Service::apns, R"({"call": {"x": 1}})"),
            "'call' needs the object 'aps'");
  EXPECT_EQ(template_problem(Service::apns, R"({"call": {"aps": {"a": ["{calleer}"]}}})"),
            "'call' names {calleer}, which nothing stands for");
  EXPECT_EQ(template_problem(Service::fcm, R"({"call": {"google.x": "1"}})"),
            "'call' has the key 'google.x', which FCM keeps for itself");
  EXPECT_EQ(template_problem(Service::fcm, R"({"call": 7})"), "'call' must be an object");
  EXPECT_EQ(template_problem(Service::webpush, std::string(20'000, ' ')), "is larger than 16 kB");
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  EXPECT_EQ(template_problem(Service::webpush, R"({"call": {"x": )" + deep + "}}"),
            "'call' is nested too deeply");
}

TEST(Template, IsTakenWhenItIsGood) {
  EXPECT_EQ(template_problem(Service::fcm, R"({"$schema": "x", "call": {"a": "{{ {call_id}"}})"),
            "");
  EXPECT_EQ(template_problem(Service::webpush, R"({"wake": {"a": ["{", "}", 1]}})"), "");
}

}  // namespace
}  // namespace proxy::push
