#include "proxy/runtime/push/clock_hint.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;

constexpr const char* date = "Sun, 06 Nov 1994 08:49:37 GMT";
const sip::WallTime then{std::chrono::seconds{784'111'777}};

TEST(HttpDate, IsReadInTheFormThatSendersUse) { EXPECT_EQ(read_http_date(date), then); }

TEST(HttpDate, IsNothingInAnyOtherForm) {
  for (const auto* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT",
                           "Sun, 06 XXX 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC"})
    EXPECT_FALSE(read_http_date(text)) << text;
}

TEST(ClockHint, SaysHowFarAndInWhichDirectionTheClockIsOff) {
  EXPECT_EQ(clock_hint(date, then + 7min),
            "; this machine's clock is 7 min ahead of the service's");
  EXPECT_EQ(clock_hint(date, then - 2h), "; this machine's clock is 120 min behind the service's");
}

TEST(ClockHint, CountsSecondsWhileTheyAreFew) {
  EXPECT_EQ(clock_words(31s), "this machine's clock is 31 s ahead of the service's");
  EXPECT_EQ(clock_words(-90s), "this machine's clock is 90 s behind the service's");
}

TEST(ClockHint, SaysNothingOfHalfAMinuteOrOfADateThatIsNone) {
  EXPECT_EQ(clock_hint(date, then + 30s), "");
  EXPECT_EQ(clock_hint("yesterday", then), "");
}

}  // namespace
}  // namespace proxy::runtime::push
