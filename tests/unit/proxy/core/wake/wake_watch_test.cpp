#include "proxy/core/wake/wake_watch.hpp"

#include <gtest/gtest.h>

namespace proxy::wake {
namespace {

using namespace std::chrono_literals;

constexpr sip::TimePoint start{1h};
constexpr std::int64_t phone = 7;

TEST(WakeWatch, MeasuresFromThePushToTheDevice) {
  WakeWatch watch;
  watch.asked(phone, 1, "call-1", start);
  const auto wake = watch.came(phone, start + 2s);
  ASSERT_TRUE(wake);
  EXPECT_EQ(wake->took, 2s);
  EXPECT_EQ(wake->call_id, "call-1");
}

TEST(WakeWatch, CountsAWakeOnce) {
  WakeWatch watch;
  watch.asked(phone, 1, "call-1", start);
  watch.came(phone, start + 2s);
  EXPECT_FALSE(watch.came(phone, start + 3s));
}

TEST(WakeWatch, IgnoresADeviceThatWasNotAsked) {
  WakeWatch watch;
  watch.asked(phone, 1, "call-1", start);
  EXPECT_FALSE(watch.came(phone + 1, start));
}

TEST(WakeWatch, TakesTheCallThatAskedLast) {
  WakeWatch watch;
  watch.asked(phone, 1, "call-1", start);
  watch.asked(phone, 2, "call-2", start + 20s);
  EXPECT_EQ(watch.came(phone, start + 23s)->took, 3s);
}

TEST(WakeWatch, CountsAWakeAfterTheCallUntilItsWindowCloses) {
  WakeWatch watch;
  watch.asked(phone, 1, "call-1", start);
  watch.close(phone, 1, start + 45s);
  EXPECT_EQ(watch.came(phone, start + 44s)->took, 44s);
  watch.asked(phone, 1, "call-1", start);
  watch.close(phone, 1, start + 45s);
  EXPECT_FALSE(watch.came(phone, start + 45s));
}

TEST(WakeWatch, IsNotClosedByAnOlderCall) {
  WakeWatch watch;
  watch.asked(phone, 1, "call-1", start);
  watch.asked(phone, 2, "call-2", start + 10s);
  watch.close(phone, 1, start + 11s);
  EXPECT_TRUE(watch.came(phone, start + 20s));
}

TEST(WakeWatch, ForgetsADeviceThatWasHeardOtherwise) {
  WakeWatch watch;
  watch.asked(phone, 1, "call-1", start);
  watch.forget(phone);
  EXPECT_FALSE(watch.came(phone, start + 1s));
}

TEST(WakeWatch, KeepsNothingOfDevicesThatNeverCame) {
  WakeWatch watch;
  for (std::int64_t device = 0; device < 100; ++device) {
    watch.asked(device, 1, "call-1", start);
    watch.close(device, 1, start + 45s);
  }
  watch.asked(phone, 2, "call-2", start + 60s);
  EXPECT_EQ(watch.size(), 1U);
}

}  // namespace
}  // namespace proxy::wake
