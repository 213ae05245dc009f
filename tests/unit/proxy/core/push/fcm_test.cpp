#include "proxy/core/push/fcm.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxy::push {
namespace {

using Meaning = FcmMeaning;
using nlohmann::json;

struct Row {
  int status;
  const char* code;
  Meaning meaning;
};

class FcmTable : public testing::TestWithParam<Row> {};

std::string error_body(const std::string& status, const std::string& code) {
  return json{
      {"error",
       {{"status", status},
        {"message", "m"},
        {"details", json::array({{{"@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError"},
                                  {"errorCode", code}}})}}}}
      .dump();
}

TEST_P(FcmTable, SaysWhatToDo) {
  const auto& row = GetParam();
  const auto answer = read_fcm(row.status, error_body("SOMETHING", row.code));
  EXPECT_EQ(answer.meaning, row.meaning);
  EXPECT_EQ(answer.reason, std::to_string(row.status) + ' ' + row.code);
}

// Google's table of error codes, whole.
INSTANTIATE_TEST_SUITE_P(, FcmTable,
                         testing::Values(Row{400, "INVALID_ARGUMENT", Meaning::ours},
                                         Row{404, "UNREGISTERED", Meaning::dead},
                                         Row{403, "SENDER_ID_MISMATCH", Meaning::setup},
                                         Row{429, "QUOTA_EXCEEDED", Meaning::slow_down},
                                         Row{503, "UNAVAILABLE", Meaning::again},
                                         Row{500, "INTERNAL", Meaning::again},
                                         Row{401, "THIRD_PARTY_AUTH_ERROR", Meaning::setup},
                                         Row{401, "UNAUTHENTICATED", Meaning::expired},
                                         Row{403, "PERMISSION_DENIED", Meaning::credentials}),
                         [](const auto& row) { return std::string{row.param.code}; });

TEST(Fcm, TakesATokenThatIsNoneForDead) {
  const auto body = R"({"error":{"status":"INVALID_ARGUMENT","details":[{"fieldViolations":
      [{"field":"message.token","description":"Invalid registration token"}]}]}})";
  EXPECT_EQ(read_fcm(400, body).meaning, Meaning::dead);
}

TEST(Fcm, TakesAWrongPathForASetUpFault) {
  EXPECT_EQ(read_fcm(404, "<html>not found</html>").meaning, Meaning::setup);
}

TEST(Fcm, BearsAnyBody) {
  for (const char* body : {"", "[]", "null", R"({"error":1})", R"({"error":{"details":{}}})",
                           R"({"error":{"details":[1,{"fieldViolations":3}]}})"})
    EXPECT_EQ(read_fcm(400, body).meaning, Meaning::ours) << body;
}

Request call() {
  Request push;
  push.token = "T:1";
  push.body = R"({"call-id":"a@b"})";
  push.ttl = std::chrono::seconds{30};
  return push;
}

TEST(Fcm, SendsDataAloneWithHighPriority) {
  EXPECT_EQ(json::parse(fcm_message(call())),
            json::parse(R"({"message":{"token":"T:1","data":{"call-id":"a@b"},
                            "android":{"priority":"HIGH","ttl":"30s","direct_boot_ok":true}}})"));
}

TEST(Fcm, RefusesWhatGoogleWouldRefuse) {
  auto push = call();
  EXPECT_EQ(fcm_problem(push), "");
  push.body = R"({"call-id":1})";
  EXPECT_EQ(fcm_problem(push), "the data of the push must be texts: 'call-id'");
  push.body = R"(["a"])";
  EXPECT_EQ(fcm_problem(push), "the data of the push is no JSON object");
  for (const std::string key : {"from", "message_type", "google.c", "gcm_x"}) {
    push.body = json{{key, "x"}}.dump();
    EXPECT_EQ(fcm_problem(push), "Google keeps the key '" + key + "' for itself");
  }
  push.body = json{{"k", std::string(4'095, 'x')}}.dump();
  EXPECT_EQ(fcm_problem(push), "");
  push.body = json{{"k", std::string(4'096, 'x')}}.dump();
  EXPECT_EQ(fcm_problem(push), "the data of the push is too large");
}

TEST(Fcm, AsksForAnAccessTokenForAnHour) {
  const auto claims = json::parse(
      oauth_claims("a@b", "https://o/token", sip::WallTime{sip::Duration{1'700'000'000'500}}));
  EXPECT_EQ(claims["iss"], "a@b");
  EXPECT_EQ(claims["aud"], "https://o/token");
  EXPECT_EQ(claims["scope"], "https://www.googleapis.com/auth/firebase.messaging");
  EXPECT_EQ(claims["iat"], 1'700'000'000);
  EXPECT_EQ(claims["exp"], 1'700'003'600);
}

TEST(Fcm, ReadsAnAccessToken) {
  const auto token = read_access_token(R"({"access_token":"ya29.x","expires_in":3599})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->text, "ya29.x");
  EXPECT_EQ(token->lifetime, std::chrono::seconds{3599});
}

TEST(Fcm, ReadsNoAccessTokenThatIsNone) {
  for (const char* body :
       {"", "{}", R"({"access_token":"a b","expires_in":1})",
        R"({"access_token":"a\r\nx: y","expires_in":1})", R"({"access_token":"a","expires_in":0})",
        R"({"access_token":"a","expires_in":"1"})", R"({"access_token":"a"})"})
    EXPECT_FALSE(read_access_token(body)) << body;
}

TEST(Fcm, SaysWhyNoAccessTokenWasGiven) {
  EXPECT_EQ(oauth_reason(400, R"({"error":"invalid_grant","error_description":"Invalid JWT."})"),
            "400 invalid_grant: Invalid JWT.");
  EXPECT_EQ(oauth_reason(502, "<html>"), "502");
}

}  // namespace
}  // namespace proxy::push
