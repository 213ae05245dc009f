#include "sipstack/base/allowance.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

using namespace std::chrono_literals;

constexpr Rate rate{100ms, 3};
constexpr TimePoint start{10s};

TEST(Allowance, GivesItsBurstAtOnceAndNoMore) {
  Allowance allowance;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.spend(rate, start));
  EXPECT_FALSE(allowance.spend(rate, start));
}

TEST(Allowance, GivesOneBackEachInterval) {
  Allowance allowance;
  for (int i = 0; i < 3; ++i) allowance.spend(rate, start);
  EXPECT_FALSE(allowance.spend(rate, start + 99ms));
  EXPECT_TRUE(allowance.spend(rate, start + 100ms));
  EXPECT_FALSE(allowance.spend(rate, start + 100ms));
}

TEST(Allowance, TakesNothingWhenItRefuses) {
  Allowance allowance;
  for (int i = 0; i < 1'000; ++i) allowance.spend(rate, start);
  EXPECT_TRUE(allowance.spend(rate, start + 100ms));
}

TEST(Allowance, IsFullAgainAndNotFullerAfterAnyTime) {
  Allowance allowance;
  for (int i = 0; i < 3; ++i) allowance.spend(rate, start);
  int given = 0;
  while (allowance.spend(rate, start + 24h)) ++given;
  EXPECT_EQ(given, 3);
}

TEST(Allowance, SaysBeforehandWhetherItWouldRefuse) {
  Allowance allowance;
  while (!allowance.is_spent(rate, start)) EXPECT_TRUE(allowance.spend(rate, start));
  EXPECT_FALSE(allowance.spend(rate, start));
  EXPECT_EQ(allowance.debt(start), 300ms);
  EXPECT_EQ(allowance.debt(start + 1s), 0ms);
}

TEST(Allowance, GivesMoreThanOneInAMillisecond) {
  const Rate fast{100us, 1};
  Allowance allowance;
  int given = 0;
  for (auto at = start; at < start + 1s; at += 1ms)
    while (allowance.spend(fast, at)) ++given;
  EXPECT_EQ(given, 1'000) << "a burst of one is all that a clock of milliseconds can give";
}

}  // namespace
}  // namespace sip
