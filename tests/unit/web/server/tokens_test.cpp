#include "web/server/tokens.hpp"

#include <gtest/gtest.h>

namespace web::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// SHA-256 of "abc" (FIPS 180-2).
constexpr auto abc_hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class TokensTest : public ::testing::Test {
 protected:
  bool stored_{true};
  int lookups_{0};
  Tokens tokens_{[this](const std::string& hash) -> std::optional<proxy::record::ApiToken> {
    ++lookups_;
    if (!stored_ || hash != abc_hash) return std::nullopt;
    return proxy::record::ApiToken{7, "abc", hash, {}};
  }};
  const Tokens::Clock::time_point start_{seconds{100}};
};

TEST_F(TokensTest, KnowATokenByItsHash) {
  EXPECT_TRUE(tokens_.find("abc", start_));
  EXPECT_FALSE(tokens_.find("abd", start_));
  EXPECT_FALSE(tokens_.find(abc_hash, start_)) << "the hash is no token";
  EXPECT_FALSE(tokens_.find("", start_));
}

TEST_F(TokensTest, RememberAHitForFiveSeconds) {
  EXPECT_TRUE(tokens_.find("abc", start_));
  stored_ = false;
  EXPECT_TRUE(tokens_.find("abc", start_ + seconds{5} - milliseconds{1}));
  EXPECT_EQ(lookups_, 1);
  EXPECT_FALSE(tokens_.find("abc", start_ + seconds{5}));
}

TEST_F(TokensTest, DoNotRememberAMiss) {
  stored_ = false;
  EXPECT_FALSE(tokens_.find("abc", start_));
  stored_ = true;
  EXPECT_TRUE(tokens_.find("abc", start_));
}

TEST_F(TokensTest, UsingATokenDoesNotLengthenItsLife) {
  EXPECT_TRUE(tokens_.find("abc", start_));
  EXPECT_TRUE(tokens_.find("abc", start_ + seconds{3}));
  stored_ = false;
  EXPECT_FALSE(tokens_.find("abc", start_ + seconds{6}));
}

TEST(Tokens, DoNotTrustAStoreThatAnswersWithAnotherHash) {
  Tokens tokens{[](const std::string&) {
    return std::optional{proxy::record::ApiToken{7, "abc", "other", {}}};
  }};
  EXPECT_FALSE(tokens.find("abc", {}));
}

}  // namespace
}  // namespace web::server
