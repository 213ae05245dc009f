#include "web/server/logins.hpp"

#include <gtest/gtest.h>

#include "web/server/password.hpp"

namespace web::server {
namespace {

using namespace std::chrono_literals;
constexpr Logins::Time start{};

TEST(Logins, KnowWhomTheyLetIn) {
  Logins logins;
  const auto session = logins.begin(start);
  EXPECT_EQ(logins.csrf_of(session.secret, start + 1min), session.csrf);
  EXPECT_EQ(logins.csrf_of(session.csrf, start), std::nullopt);
  EXPECT_EQ(logins.csrf_of("", start), std::nullopt);
}

TEST(Logins, ForgetASessionThatIsEnded) {
  Logins logins;
  const auto session = logins.begin(start);
  logins.end(session.secret);
  EXPECT_EQ(logins.csrf_of(session.secret, start), std::nullopt);
}

TEST(Logins, ForgetASessionThatIsIdleForAnHour) {
  Logins logins;
  const auto session = logins.begin(start);
  EXPECT_TRUE(logins.csrf_of(session.secret, start + 59min));
  EXPECT_TRUE(logins.csrf_of(session.secret, start + 118min));
  EXPECT_FALSE(logins.csrf_of(session.secret, start + 178min));
}

TEST(Logins, ForgetEverySessionAfterTwelveHours) {
  Logins logins;
  const auto session = logins.begin(start);
  for (auto at = 0min; at < 12h; at += 30min)
    EXPECT_TRUE(logins.csrf_of(session.secret, start + at));
  EXPECT_FALSE(logins.csrf_of(session.secret, start + 12h));
}

TEST(Logins, AreBounded) {
  Logins logins;
  const auto first = logins.begin(start);
  for (int i = 1; i <= 64; ++i) logins.begin(start + 1s * i);
  EXPECT_FALSE(logins.csrf_of(first.secret, start + 65s));
}

TEST(LoginGuard, TakesFivePasswordsInFiveMinutesFromAnAddress) {
  LoginGuard guard;
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(guard.wait_of("192.0.2.1", start + 10s * i));
    guard.tried("192.0.2.1", start + 10s * i);
  }
  EXPECT_EQ(guard.wait_of("192.0.2.1", start + 60s), 240s);
  EXPECT_FALSE(guard.wait_of("192.0.2.2", start + 60s));
  EXPECT_FALSE(guard.wait_of("192.0.2.1", start + 300s));
}

TEST(Logins, EndForAllOthersWhenThePasswordIsAnother) {
  Logins logins;
  const auto mine = logins.begin(start);
  const auto other = logins.begin(start);
  logins.end_others(mine.secret);
  EXPECT_TRUE(logins.csrf_of(mine.secret, start));
  EXPECT_FALSE(logins.csrf_of(other.secret, start));
}

TEST(LoginGuard, ForgivesWhoeverKnowsThePassword) {
  LoginGuard guard;
  for (int i = 0; i < 5; ++i) guard.tried("192.0.2.1", start);
  guard.succeeded("192.0.2.1");
  EXPECT_FALSE(guard.wait_of("192.0.2.1", start));
}

TEST(LoginGuard, TakesFiftyFromAllAddressesTogether) {
  LoginGuard guard;
  for (int i = 0; i < 50; ++i) guard.tried("192.0.2." + std::to_string(i), start);
  EXPECT_TRUE(guard.wait_of("198.51.100.1", start + 1s));
}

TEST(Password, IsKnownAgainAndOnlyIt) {
  const auto hash = hash_password("correct horse");
  EXPECT_TRUE(is_password(hash, "correct horse"));
  EXPECT_FALSE(is_password(hash, "correct horsf"));
  EXPECT_FALSE(is_password(hash, ""));
}

TEST(Password, HasASaltOfItsOwn) { EXPECT_NE(hash_password("same"), hash_password("same")); }

TEST(Password, MatchesNoDamagedHash) {
  for (const auto* hash :
       {"", "x", "scrypt", "scrypt:15:8:1", "scrypt:15:8:1::", "scrypt:0:8:1:a:b",
        "scrypt:99:8:1:a:b", "scrypt:15:0:1:a:b", "md5:15:8:1:a:b"})
    EXPECT_FALSE(is_password(hash, "")) << hash;
}

TEST(Password, IsMadeUpAnewEachTime) {
  EXPECT_EQ(make_password().size(), 20U);
  EXPECT_NE(make_password(), make_password());
}

}  // namespace
}  // namespace web::server
