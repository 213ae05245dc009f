#include "sipstack/base/base64url.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

TEST(Base64url, ComesBackAsItWas) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    EXPECT_EQ(from_base64url(base64url(text)), text);
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  EXPECT_FALSE(from_base64url("a+b"));
}

}  // namespace
}  // namespace sip
