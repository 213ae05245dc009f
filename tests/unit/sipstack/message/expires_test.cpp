#include "sipstack/message/expires.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sip {
namespace {

TEST(ExpiresTest, ReadsDeltaSeconds) {
  EXPECT_EQ(parse_delta_seconds("0"), 0U);
  EXPECT_EQ(parse_delta_seconds(" 3600 "), 3600U);
  EXPECT_EQ(parse_delta_seconds("4294967295"), UINT32_MAX);
  EXPECT_EQ(parse_delta_seconds("4294967296"), UINT32_MAX);
  EXPECT_EQ(parse_delta_seconds("1" + std::string(100, '0')), UINT32_MAX);
  for (const auto* text : {"", " ", "-1", "+1", "1.5", "1 2", "0x10", "Thu, 01 Dec 1994"})
    EXPECT_FALSE(parse_delta_seconds(text)) << text;
}

}  // namespace
}  // namespace sip
