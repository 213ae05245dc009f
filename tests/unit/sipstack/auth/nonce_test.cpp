#include "sipstack/auth/nonce.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sip::auth {
namespace {

using namespace std::chrono_literals;

class Counter : public IdSource {
 public:
  std::uint64_t next() override { return ++last_; }

 private:
  std::uint64_t last_{0};
};

constexpr WallTime boot{1'700'000'000'000ms};

/// Both clocks this long after the start.
Instant after(Duration passed) { return {TimePoint{passed}, boot + passed}; }

struct NonceTest : testing::Test {
  NonceBook book{std::string(32, 'k'), boot, {.lifetime = 10min, .windows_max = 3}};
  Counter ids;

  std::string issue(Duration passed = 0ms) { return book.issue(boot + passed, ids); }
  NonceVerdict use(const std::string& nonce, std::uint32_t nc, Duration passed = 1s) {
    return book.use(nonce, nc, after(passed));
  }
};

TEST_F(NonceTest, EveryNonceIsNewEvenWithinAMillisecond) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(issue());
  EXPECT_EQ(seen.size(), 1'000U);
}

TEST_F(NonceTest, IsGoodUntilItsLifetimeIsOver) {
  const auto nonce = issue();
  EXPECT_EQ(book.check(nonce, boot + 10min), NonceVerdict::good);
  EXPECT_EQ(book.check(nonce, boot + 10min + 1ms), NonceVerdict::stale);
  EXPECT_EQ(use(nonce, 1, 10min + 1ms), NonceVerdict::stale);
}

TEST_F(NonceTest, IsGoodAfterARestartThatKeptItsCounts) {
  const auto nonce = issue();
  EXPECT_EQ(use(nonce, 1), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 3), NonceVerdict::good);
  NonceBook next{std::string(32, 'k'), boot + 1min, {.lifetime = 10min, .windows_max = 3}};
  EXPECT_EQ(next.check(nonce, boot + 1min), NonceVerdict::stale);
  next.take_up(book.kept(boot + 1min), after(1min));
  EXPECT_EQ(next.use(nonce, 1, after(1min)), NonceVerdict::replay);
  EXPECT_EQ(next.use(nonce, 2, after(1min)), NonceVerdict::good);
  EXPECT_EQ(next.use(nonce, 3, after(1min)), NonceVerdict::replay);
  EXPECT_EQ(next.use(nonce, 4, after(1min)), NonceVerdict::good);
}

TEST_F(NonceTest, KeepsNoCountsOfWhatIsOver) {
  EXPECT_EQ(use(issue(), 1), NonceVerdict::good);
  EXPECT_FALSE(book.kept(boot + 1min).empty());
  EXPECT_TRUE(book.kept(boot + 11min).empty());
}

TEST_F(NonceTest, TakesUpNoMoreThanItHoldsAndNoHalfWindow) {
  book.take_up(std::string(28 * 10 + 5, 'x'), after(0ms));
  EXPECT_LE(book.windows(), 3U);
}

TEST_F(NonceTest, KeepsNothingForANonceThatIsOnlyIssuedOrChecked) {
  const auto nonce = issue();
  book.check(nonce, boot);
  EXPECT_EQ(book.windows(), 0U);
}

TEST_F(NonceTest, AnyChangedCharacterIsAForgery) {
  const auto nonce = issue();
  EXPECT_EQ(book.check(nonce, boot), NonceVerdict::good);
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    auto changed = nonce;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(book.check(changed, boot), NonceVerdict::forged) << i;
    EXPECT_EQ(use(changed, 1), NonceVerdict::forged) << i;
  }
  EXPECT_EQ(book.check("", boot), NonceVerdict::forged);
  EXPECT_EQ(book.check(nonce + "0", boot), NonceVerdict::forged);
  EXPECT_EQ(book.check(std::string(48, 'g'), boot), NonceVerdict::forged);
  EXPECT_EQ(book.check(std::string(5'000, '0'), boot), NonceVerdict::forged);
}

TEST_F(NonceTest, UpperCaseDigitsAreNotTheSameNonce) {
  auto nonce = issue();
  for (char& c : nonce) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(use(nonce, 1), NonceVerdict::forged);
}

TEST_F(NonceTest, AnotherKeyDoesNotKnowIt) {
  const NonceBook other{std::string(32, 'x'), boot, {}};
  EXPECT_EQ(other.check(issue(), boot), NonceVerdict::forged);
}

TEST_F(NonceTest, IsStaleAfterARestart) {
  const NonceBook restarted{std::string(32, 'k'), boot + 5s, {}};
  EXPECT_EQ(restarted.check(issue(), boot + 6s), NonceVerdict::stale);
}

TEST_F(NonceTest, IsStaleWhenTheWallClockWentBackBehindIt) {
  EXPECT_EQ(book.check(issue(1min), boot), NonceVerdict::stale);
}

TEST_F(NonceTest, TakesEachCountOnce) {
  const auto nonce = issue();
  EXPECT_EQ(use(nonce, 1), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 1), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 2), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 1), NonceVerdict::replay);
}

TEST_F(NonceTest, TakesCountsOutOfOrderWithinSixtyFour) {
  const auto nonce = issue();
  EXPECT_EQ(use(nonce, 100), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 37), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 37), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 36), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 99), NonceVerdict::good);
}

TEST_F(NonceTest, TheWindowMovesWithTheHighestCount) {
  const auto nonce = issue();
  use(nonce, 1);
  use(nonce, 64);
  EXPECT_EQ(use(nonce, 2), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 1), NonceVerdict::replay);
  use(nonce, 65);
  EXPECT_EQ(use(nonce, 1), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 64), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 0xffffffff), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 66), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 0xfffffffe), NonceVerdict::good);
}

TEST_F(NonceTest, WithoutACountItIsGoodOnce) {
  const auto nonce = issue();
  EXPECT_EQ(use(nonce, 0), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 0), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 1), NonceVerdict::replay);
  EXPECT_EQ(use(nonce, 0xffffffff), NonceVerdict::replay);
}

TEST_F(NonceTest, ACountedNonceCannotBeUsedWithoutACount) {
  const auto nonce = issue();
  EXPECT_EQ(use(nonce, 1), NonceVerdict::good);
  EXPECT_EQ(use(nonce, 0), NonceVerdict::replay);
}

TEST_F(NonceTest, DropsTheOldestWindowAndCallsItsNonceStale) {
  const auto oldest = issue(0ms);
  EXPECT_EQ(use(oldest, 1), NonceVerdict::good);
  std::vector<std::string> newer;
  for (int i = 1; i <= 3; ++i) newer.push_back(issue(Duration{i}));
  for (const auto& nonce : newer) EXPECT_EQ(use(nonce, 1), NonceVerdict::good);
  EXPECT_EQ(book.windows(), 3U);
  EXPECT_EQ(use(oldest, 1), NonceVerdict::stale);
  EXPECT_EQ(use(oldest, 2), NonceVerdict::stale);
  for (const auto& nonce : newer) EXPECT_EQ(use(nonce, 1), NonceVerdict::replay);
}

TEST_F(NonceTest, ForgetsWindowsWhoseNoncesAreOver) {
  const auto nonce = issue();
  use(nonce, 1, 1s);
  EXPECT_EQ(book.windows(), 1U);
  use("", 1, 10min + 1s);
  EXPECT_EQ(book.windows(), 0U);
}

TEST_F(NonceTest, AForgottenNonceStaysDeadWhenTheWallClockGoesBack) {
  const auto nonce = issue();
  use(nonce, 1, 1s);
  use("", 1, 11min);
  EXPECT_EQ(book.use(nonce, 2, {TimePoint{11min}, boot + 1min}), NonceVerdict::stale);
}

}  // namespace
}  // namespace sip::auth
