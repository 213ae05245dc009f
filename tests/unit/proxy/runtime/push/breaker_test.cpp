#include "proxy/runtime/push/breaker.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
const Breaker::Time start{};

void fail(Breaker& breaker, Breaker::Time now, int times) {
  for (int i = 0; i < times; ++i) {
    breaker.asked();
    breaker.answered(false, now);
  }
}

TEST(Breaker, AllowsUntilFiveFailuresCameInARow) {
  Breaker breaker;
  fail(breaker, start, 4);
  EXPECT_TRUE(breaker.allows(start));
  breaker.answered(true, start);
  fail(breaker, start, 4);
  EXPECT_TRUE(breaker.allows(start));
  fail(breaker, start, 1);
  EXPECT_FALSE(breaker.allows(start));
}

TEST(Breaker, LetsOneRequestTryAfterThePause) {
  Breaker breaker;
  fail(breaker, start, 5);
  EXPECT_FALSE(breaker.allows(start + 4s));
  EXPECT_TRUE(breaker.allows(start + 5s));
  breaker.asked();
  EXPECT_FALSE(breaker.allows(start + 5s));
}

TEST(Breaker, ClosesWhenThatRequestSucceeds) {
  Breaker breaker;
  fail(breaker, start, 5);
  breaker.asked();
  breaker.answered(true, start + 5s);
  EXPECT_TRUE(breaker.allows(start + 5s));
}

TEST(Breaker, RestsLongerEachTimeUpToAMinute) {
  Breaker breaker;
  fail(breaker, start, 6);
  EXPECT_EQ(breaker.open_until(), start + 10s);
  fail(breaker, start, 100);
  EXPECT_EQ(breaker.open_until(), start + 60s);
}

}  // namespace
}  // namespace proxy::runtime::push
