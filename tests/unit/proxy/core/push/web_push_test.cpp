#include "proxy/core/push/web_push.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxy::push {
namespace {

TEST(WebPush, KnowsWhatEachAnswerMeans) {
  using M = WebPushMeaning;
  for (const auto& [status, meaning] : {std::pair{201, M::accepted},
                                        {200, M::accepted},
                                        {202, M::accepted},
                                        {404, M::dead},
                                        {410, M::dead},
                                        {413, M::too_large},
                                        {429, M::slow_down},
                                        {401, M::credentials},
                                        {403, M::credentials},
                                        {500, M::again},
                                        {503, M::again},
                                        {400, M::refused},
                                        {301, M::refused},
                                        {307, M::refused},
                                        {600, M::refused}})
    EXPECT_EQ(read_web_push(status).meaning, meaning) << status;
  EXPECT_EQ(read_web_push(410).reason, "410 Gone");
  EXPECT_EQ(read_web_push(302).reason, "302 (redirects are not followed)");
}

TEST(WebPush, NamesTheOriginOfASubscription) {
  EXPECT_EQ(origin_of("https://Push.Example.com/a/b?c"), "https://push.example.com");
  EXPECT_EQ(origin_of("https://push.example.com:443/a"), "https://push.example.com");
  EXPECT_EQ(origin_of("https://push.example.com:8443"), "https://push.example.com:8443");
  EXPECT_EQ(origin_of("https://[2001:db8::1]:8443/x"), "https://[2001:db8::1]:8443");
  for (const auto* url : {"", "http://push.example.com/", "https://", "https:///x", "https://a@b/"})
    EXPECT_EQ(origin_of(url), "") << url;
}

TEST(WebPush, ClaimsWhatTheRfcWants) {
  const auto claims =
      nlohmann::json::parse(vapid_claims("https://push.example.com", "mailto:ops@example.com",
                                         sip::WallTime{std::chrono::seconds{1'740'830'400}}));
  EXPECT_EQ(claims, (nlohmann::json{{"aud", "https://push.example.com"},
                                    {"exp", 1'740'830'400},
                                    {"sub", "mailto:ops@example.com"}}));
}

TEST(WebPush, MakesATopicOfAnyName) {
  const auto topic = topic_of("call \"x\"\r\n");
  EXPECT_EQ(topic.size(), 32U);
  EXPECT_EQ(
      topic.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
  EXPECT_EQ(topic, topic_of("call \"x\"\r\n"));
  EXPECT_NE(topic, topic_of("other"));
}

TEST(WebPush, GoesToNoAddressOfOurOwn) {
  for (const auto* text : {"127.0.0.1",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "0.0.0.0",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "::",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "::ffff:10.0.0.1",
                           "::ffff:127.0.0.1",
                           "64:ff9b::a00:1",
                           "2002:7f00:1::",
                           "2001:db8::1",
                           "2001::1"}) {
    const auto address = sip::Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(is_public(*address)) << text;
  }
  for (const auto* text : {"142.250.1.1", "172.32.0.1", "100.128.0.1", "2a00:1450::1"})
    EXPECT_TRUE(is_public(*sip::Address::parse(text))) << text;
}

}  // namespace
}  // namespace proxy::push
