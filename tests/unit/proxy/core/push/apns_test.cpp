#include "proxy/core/push/apns.hpp"

#include <gtest/gtest.h>

#include <map>

namespace proxy::push {
namespace {

using Meaning = ApnsMeaning;

struct Row {
  const char* name;
  int status;
  const char* reason;
  Meaning meaning;
};

class ApnsTable : public testing::TestWithParam<Row> {};

TEST_P(ApnsTable, SaysWhatToDo) {
  const auto& row = GetParam();
  const auto answer = read_apns(row.status, std::string{"{\"reason\":\""} + row.reason + "\"}");
  EXPECT_EQ(answer.meaning, row.meaning);
  EXPECT_EQ(answer.reason, std::to_string(row.status) + ' ' + row.reason);
}

// Apple's table of reasons, whole.
INSTANTIATE_TEST_SUITE_P(
    , ApnsTable,
    testing::Values(
        Row{"BadCollapseId", 400, "BadCollapseId", Meaning::ours},
        Row{"BadDeviceToken", 400, "BadDeviceToken", Meaning::other_environment},
        Row{"BadExpirationDate", 400, "BadExpirationDate", Meaning::ours},
        Row{"BadMessageId", 400, "BadMessageId", Meaning::ours},
        Row{"BadPriority", 400, "BadPriority", Meaning::ours},
        Row{"BadTopic", 400, "BadTopic", Meaning::setup},
        Row{"DeviceTokenNotForTopic", 400, "DeviceTokenNotForTopic", Meaning::setup},
        Row{"DuplicateHeaders", 400, "DuplicateHeaders", Meaning::ours},
        Row{"IdleTimeout", 400, "IdleTimeout", Meaning::ours},
        Row{"InvalidPushType", 400, "InvalidPushType", Meaning::ours},
        Row{"MissingDeviceToken", 400, "MissingDeviceToken", Meaning::ours},
        Row{"MissingTopic", 400, "MissingTopic", Meaning::setup},
        Row{"PayloadEmpty", 400, "PayloadEmpty", Meaning::ours},
        Row{"TopicDisallowed", 400, "TopicDisallowed", Meaning::setup},
        Row{"BadCertificate", 403, "BadCertificate", Meaning::credentials},
        Row{"BadCertificateEnvironment", 403, "BadCertificateEnvironment", Meaning::credentials},
        Row{"ExpiredProviderToken", 403, "ExpiredProviderToken", Meaning::expired_token},
        Row{"Forbidden", 403, "Forbidden", Meaning::credentials},
        Row{"InvalidProviderToken", 403, "InvalidProviderToken", Meaning::credentials},
        Row{"MissingProviderToken", 403, "MissingProviderToken", Meaning::credentials},
        Row{"UnrelatedKeyIdInToken", 403, "UnrelatedKeyIdInToken", Meaning::credentials},
        Row{"BadPath", 404, "BadPath", Meaning::ours},
        Row{"MethodNotAllowed", 405, "MethodNotAllowed", Meaning::ours},
        Row{"ExpiredToken", 410, "ExpiredToken", Meaning::dead},
        Row{"Unregistered", 410, "Unregistered", Meaning::dead},
        Row{"PayloadTooLarge", 413, "PayloadTooLarge", Meaning::too_large},
        Row{"TooManyProviderTokenUpdates", 429, "TooManyProviderTokenUpdates", Meaning::slow_down},
        Row{"TooManyRequests", 429, "TooManyRequests", Meaning::slow_down},
        Row{"InternalServerError", 500, "InternalServerError", Meaning::again},
        Row{"ServiceUnavailable", 503, "ServiceUnavailable", Meaning::again},
        Row{"Shutdown", 503, "Shutdown", Meaning::again}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Apns, TakesTheTimeATokenDiedAt) {
  const auto answer = read_apns(410, R"({"reason":"Unregistered","timestamp":1700000000123})");
  EXPECT_EQ(answer.dead_since, sip::WallTime{sip::Duration{1'700'000'000'123}});
}

TEST(Apns, TakesNoTimeThatIsNone) {
  for (const char* body : {R"({"timestamp":-1})", R"({"timestamp":"soon"})",
                           R"({"timestamp":99999999999999999})", R"({"timestamp":1e300})", "[]"})
    EXPECT_EQ(read_apns(410, body).dead_since, std::nullopt) << body;
}

TEST(Apns, GoesByTheStatusWhenTheBodySaysNothing) {
  EXPECT_EQ(read_apns(200, "").reason, "200 OK");
  EXPECT_EQ(read_apns(410, "<html>").meaning, Meaning::dead);
  EXPECT_EQ(read_apns(502, "").meaning, Meaning::again);
  EXPECT_EQ(read_apns(302, "").meaning, Meaning::ours);
}

TEST(Apns, LetsNoReasonChangeWhatAnotherStatusMeans) {
  EXPECT_EQ(read_apns(503, R"({"reason":"BadDeviceToken"})").meaning, Meaning::again);
}

TEST(Apns, ShowsAReasonAsPrintableText) {
  EXPECT_EQ(read_apns(400, "{\"reason\":\"a\\u001b\\n\"}").reason, "400 a??");
  EXPECT_EQ(read_apns(400, "{\"reason\":\"" + std::string(5'000, 'x') + "\"}").reason.size(), 68U);
}

TEST(Apns, AsksForACallAndForAnAlertInTheirOwnWays) {
  Request push;
  push.app = "com.example.phone";
  const sip::WallTime now{sip::Duration{1'700'000'000'999}};
  const auto call = apns_headers(push, now);
  EXPECT_EQ((std::map<std::string, std::string>{call.begin(), call.end()}),
            (std::map<std::string, std::string>{{"apns-push-type", "voip"},
                                                {"apns-topic", "com.example.phone.voip"},
                                                {"apns-priority", "10"},
                                                {"apns-expiration", "0"}}));
  push.kind = Kind::alert;
  push.ttl = std::chrono::seconds{60};
  push.collapse = "missed";
  const auto alert = apns_headers(push, now);
  EXPECT_EQ((std::map<std::string, std::string>{alert.begin(), alert.end()}),
            (std::map<std::string, std::string>{{"apns-push-type", "alert"},
                                                {"apns-topic", "com.example.phone"},
                                                {"apns-priority", "10"},
                                                {"apns-expiration", "1700000060"},
                                                {"apns-collapse-id", "missed"}}));
}

TEST(Apns, WakesWithoutBeingSeen) {
  Request push;
  push.app = "com.example.phone";
  push.kind = Kind::wake;
  const auto headers = apns_headers(push, {});
  EXPECT_EQ((std::map<std::string, std::string>{headers.begin(), headers.end()}),
            (std::map<std::string, std::string>{{"apns-push-type", "background"},
                                                {"apns-topic", "com.example.phone"},
                                                {"apns-priority", "5"},
                                                {"apns-expiration", "0"}}));
}

TEST(Apns, SignsForTheTeam) {
  EXPECT_EQ(apns_claims("DEF1234567", sip::WallTime{sip::Duration{1'700'000'000'999}}),
            R"({"iat":1700000000,"iss":"DEF1234567"})");
}

TEST(Apns, SaysWhatToLookAt) {
  EXPECT_NE(apns_advice(read_apns(403, R"({"reason":"InvalidProviderToken"})")).find("key_id"),
            std::string_view::npos);
  EXPECT_TRUE(apns_advice(read_apns(410, "")).empty());
}

}  // namespace
}  // namespace proxy::push
