#include <gtest/gtest.h>

#include "web/api/json.hpp"

namespace web::api {
namespace {

TEST(Time, IsReadAsItIsWritten) {
  for (const auto* text :
       {"2024-02-29T12:00:00.042Z", "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(rfc3339(*time), text);
  }
}

TEST(Time, MayHaveAnyOffsetAndFraction) {
  const auto noon = parse_rfc3339("2024-02-29T12:00:00Z");
  EXPECT_EQ(parse_rfc3339("2024-02-29t14:30:00+02:30"), noon);
  EXPECT_EQ(parse_rfc3339("2024-02-29 11:00:00.0000001-01:00"), noon);
  EXPECT_EQ(parse_rfc3339("2024-02-29T12:00:00.5z"), *noon + std::chrono::milliseconds{500});
}

TEST(Time, IsRefusedWhenItIsNone) {
  for (const auto* text :
       {"", "yesterday", "2024-02-30T12:00:00Z", "2024-02-29", "2024-02-29T12:00:00",
        "2024-02-29T24:00:00Z", "2024-13-01T00:00:00Z", "2024-02-29T12:00:00.Z",
        "2024-02-29T12:00:00Zx", "2024-02-29T12:00:00+1:00", "02024-02-29T12:00:00Z",
        "2024-02-29T12:00:00.000000000000000000000000000000000000000000000000000000Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

}  // namespace
}  // namespace web::api
