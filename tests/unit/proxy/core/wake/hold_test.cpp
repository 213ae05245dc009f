#include "proxy/core/wake/hold.hpp"

#include <gtest/gtest.h>

#include "proxy/core/record/wake_times.hpp"

namespace proxy::wake {
namespace {

using namespace std::chrono_literals;

std::string wakes(std::size_t count, sip::Duration took) {
  std::string times;
  for (std::size_t i = 0; i < count; ++i) record::add_wake_time(times, took);
  return times;
}

Settings::Wake adaptive() {
  Settings::Wake policy;
  policy.adaptive = true;
  return policy;
}

TEST(HoldTime, IsTheTimeoutUnlessItIsAdaptive) {
  EXPECT_EQ(hold_time(wakes(20, 1s), Settings::Wake{}), 30s);
}

TEST(HoldTime, IsTheTimeoutUntilTheDeviceIsKnown) {
  EXPECT_EQ(hold_time("", adaptive()), 30s);
  EXPECT_EQ(hold_time(wakes(4, 4s), adaptive()), 30s);
  EXPECT_EQ(hold_time(wakes(5, 4s), adaptive()), 8s);
}

TEST(HoldTime, FollowsTheSlowWakesOfTheDevice) {
  auto times = wakes(17, 1s);
  for (int i = 0; i < 3; ++i) record::add_wake_time(times, 10s);
  EXPECT_EQ(hold_time(times, adaptive()), 17s);
}

TEST(HoldTime, IsNeverShorterThan5SNorLongerThanTheTimeout) {
  EXPECT_EQ(hold_time(wakes(5, 0ms), adaptive()), 5s);
  EXPECT_EQ(hold_time(wakes(5, 10min), adaptive()), 30s);
}

TEST(HoldTime, KeepsATimeoutThatIsShorterThanTheShortest) {
  auto policy = adaptive();
  policy.timeout = 3s;
  EXPECT_EQ(hold_time(wakes(5, 1s), policy), 3s);
}

}  // namespace
}  // namespace proxy::wake
