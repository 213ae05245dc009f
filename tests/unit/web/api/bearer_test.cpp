#include "web/api/bearer.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

TEST(BearerToken, IsWhatFollowsTheScheme) {
  EXPECT_EQ(bearer_token("Bearer abc-._~+/09="), "abc-._~+/09=");
}

TEST(BearerToken, TheSchemeIsCaseInsensitive) { EXPECT_EQ(bearer_token("bEARER  x "), "x"); }

TEST(BearerToken, OtherSchemesHaveNone) {
  for (const auto* value : {"", "Bearer", "Bearer ", "Basic YTpi", "Bearerx", "Bearer\tx", "x"})
    EXPECT_EQ(bearer_token(value), std::nullopt) << value;
}

TEST(BearerToken, RefusesCharactersThatNoTokenHas) {
  for (const auto* value : {"Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer a\xff"})
    EXPECT_EQ(bearer_token(value), std::nullopt) << value;
}

}  // namespace
}  // namespace web::api
