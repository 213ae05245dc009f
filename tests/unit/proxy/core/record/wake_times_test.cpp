#include "proxy/core/record/wake_times.hpp"

#include <gtest/gtest.h>

namespace proxy::record {
namespace {

using namespace std::chrono_literals;

std::string times_of(std::initializer_list<sip::Duration> list) {
  std::string times;
  for (const auto took : list) EXPECT_TRUE(add_wake_time(times, took)) << took.count();
  return times;
}

TEST(WakeTimes, AreUnknownWithoutASample) { EXPECT_EQ(wake_figures(""), std::nullopt); }

TEST(WakeTimes, OfOneSampleAreThatSample) {
  EXPECT_EQ(wake_figures(times_of({2'100ms})), (WakeFigures{1, 2'100ms, 2'100ms}));
}

TEST(WakeTimes, ComeByNearestRank) {
  EXPECT_EQ(wake_figures(times_of({9s, 1s, 3s, 2s, 4s})), (WakeFigures{5, 3s, 9s}));
  EXPECT_EQ(wake_figures(times_of({4s, 1s, 3s, 2s})), (WakeFigures{4, 2s, 4s}));
}

TEST(WakeTimes, LeaveTheWorstOfAFullRingOutOfThe95thPercentile) {
  std::string times;
  for (std::size_t i = 1; i < wake_times_kept; ++i) add_wake_time(times, 2s);
  add_wake_time(times, 9min);
  EXPECT_EQ(wake_figures(times), (WakeFigures{wake_times_kept, 2s, 2s}));
}

TEST(WakeTimes, ForgetTheOldestWhenTheRingIsFull) {
  std::string times = times_of({10min});
  for (std::size_t i = 0; i < wake_times_kept; ++i) add_wake_time(times, 1s);
  EXPECT_EQ(wake_figures(times), (WakeFigures{wake_times_kept, 1s, 1s}));
  EXPECT_EQ(times.size(), 3 * wake_times_kept);
}

TEST(WakeTimes, KeepZeroAndTheLongest) {
  EXPECT_EQ(wake_figures(times_of({0ms, wake_longest})), (WakeFigures{2, 0ms, wake_longest}));
}

TEST(WakeTimes, LeaveNonsenseOut) {
  std::string times;
  EXPECT_FALSE(add_wake_time(times, -1ms));
  EXPECT_FALSE(add_wake_time(times, wake_longest + 1ms));
  EXPECT_FALSE(add_wake_time(times, sip::Duration::max()));
  EXPECT_FALSE(add_wake_time(times, sip::Duration::min()));
  EXPECT_EQ(times, "");
}

TEST(WakeTimes, SurviveDamage) {
  EXPECT_EQ(wake_figures("\xff\xff\xff"), std::nullopt) << "longer than any wake";
  EXPECT_EQ(wake_figures("ab"), std::nullopt);
  std::string times = times_of({1s}) + "x";
  EXPECT_EQ(wake_figures(times), (WakeFigures{1, 1s, 1s}));
  EXPECT_TRUE(add_wake_time(times, 3s));
  EXPECT_EQ(wake_figures(times), (WakeFigures{2, 1s, 3s}));
  times.assign(1'000'000, '\0');
  EXPECT_TRUE(add_wake_time(times, 3s));
  EXPECT_EQ(times.size(), 3 * wake_times_kept);
}

}  // namespace
}  // namespace proxy::record
