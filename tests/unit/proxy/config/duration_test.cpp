#include "proxy/config/duration.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace proxy::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(Duration, ReadsOneUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("15s"), 15s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("90d"), hours{24 * 90});
}

TEST(Duration, AddsUnitsFromLargeToSmall) {
  EXPECT_EQ(parse_duration("2h30m"), 150min);
  EXPECT_EQ(parse_duration("1d1h1m1s1ms"), hours{25} + 61s + 1ms);
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const auto* text : {"", "15", "s", "15 s", " 15s", "-1s", "+1s", "1.5s", "30m2h", "1s1s",
                           "1x", "1S", "s15", "0x1s", "15sec"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Duration, RefusesWhatDoesNotFitInsteadOfWrapping) {
  EXPECT_EQ(parse_duration("36500d"), hours{24 * 36'500});
  EXPECT_EQ(parse_duration("36501d"), std::nullopt);
  EXPECT_EQ(parse_duration("36500d1ms"), std::nullopt);
  EXPECT_EQ(parse_duration("18446744073709551616ms"), std::nullopt);
  EXPECT_EQ(parse_duration("9223372036854775807d"), std::nullopt);
}

TEST(Duration, IsShownInTheLargestUnits) {
  EXPECT_EQ(to_text(0ms), "0s");
  EXPECT_EQ(to_text(1500ms), "1s500ms");
  EXPECT_EQ(to_text(150min), "2h30m");
  EXPECT_EQ(to_text(hours{24 * 90}), "90d");
  for (const auto time : {1ms, 59'999ms, 86'400'000ms, 90'061'001ms})
    EXPECT_EQ(parse_duration(to_text(time)), time);
}

}  // namespace
}  // namespace proxy::config
