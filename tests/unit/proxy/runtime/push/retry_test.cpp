#include "proxy/runtime/push/retry.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime::push {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Judge, EndsWithFinalAnswers) {
  EXPECT_EQ(judge({200, "", {}}, 1, seconds{9}).outcome, PushOutcome::accepted);
  EXPECT_EQ(judge({202, "", {}}, 1, seconds{9}).outcome, PushOutcome::accepted);
  EXPECT_EQ(judge({301, "", {}}, 1, seconds{9}).outcome, PushOutcome::refused);
  EXPECT_EQ(judge({401, "", {}}, 1, seconds{9}).outcome, PushOutcome::refused);
  EXPECT_EQ(judge({404, "", {}}, 1, seconds{9}).outcome, PushOutcome::dead);
  EXPECT_EQ(judge({410, "", {}}, 1, seconds{9}).outcome, PushOutcome::dead);
}

TEST(Judge, WaitsLongerEachTimeUpToTwoSeconds) {
  EXPECT_EQ(judge({500, "", {}}, 1, seconds{9}).wait, milliseconds{500});
  EXPECT_EQ(judge({429, "", {}}, 2, seconds{9}).wait, seconds{1});
  EXPECT_EQ(judge({0, "", {}}, 3, seconds{9}).wait, seconds{2});
  EXPECT_EQ(judge({503, "", {}}, 1000, seconds{9}).wait, seconds{2});
}

TEST(Judge, HonoursRetryAfterButNeverAsksSooner) {
  EXPECT_EQ(judge({503, "", seconds{4}}, 1, seconds{9}).wait, seconds{4});
  EXPECT_EQ(judge({503, "", seconds{0}}, 1, seconds{9}).wait, milliseconds{500});
}

TEST(Judge, GivesUpWhenTheNextRequestWouldComeTooLate) {
  EXPECT_EQ(judge({500, "", {}}, 1, milliseconds{500}).outcome, PushOutcome::failed);
  EXPECT_EQ(judge({503, "", seconds{10}}, 1, seconds{9}).outcome, PushOutcome::failed);
  EXPECT_EQ(judge({0, "", {}}, 1, milliseconds{-5}).outcome, PushOutcome::failed);
}

TEST(RetryAfter, IsANumberOfSecondsAndNothingElse) {
  EXPECT_EQ(parse_retry_after(" 12 "), seconds{12});
  EXPECT_FALSE(parse_retry_after("Wed, 21 Oct 2026 07:28:00 GMT"));
  EXPECT_FALSE(parse_retry_after("-1"));
  EXPECT_FALSE(parse_retry_after("99999999999999999999"));
  EXPECT_FALSE(parse_retry_after(""));
}

}  // namespace
}  // namespace proxy::runtime::push
