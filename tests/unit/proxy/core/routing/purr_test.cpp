#include "proxy/core/routing/purr.hpp"

#include <gtest/gtest.h>

namespace proxy::routing {
namespace {

TEST(Purr, NamesOneDeviceUnderOneKey) {
  const auto purr = purr_of("key", 7);
  EXPECT_EQ(purr.size(), 16U);
  EXPECT_EQ(purr, purr_of("key", 7));
  EXPECT_TRUE(is_purr_of(purr, "key", 7));
  EXPECT_FALSE(is_purr_of(purr, "key", 8));
  EXPECT_FALSE(is_purr_of(purr, "other", 7));
  EXPECT_FALSE(is_purr_of("", "key", 7));
}

}  // namespace
}  // namespace proxy::routing
