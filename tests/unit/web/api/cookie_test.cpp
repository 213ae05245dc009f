#include "web/api/cookie.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

TEST(Cookie, FindsTheSessionAmongOthers) {
  EXPECT_EQ(session_of("a=1; sipwake_session=abc123; b=2"), "abc123");
  EXPECT_EQ(session_of("sipwake_session=abc123"), "abc123");
}

TEST(Cookie, TakesNoOtherNameForIt) {
  EXPECT_EQ(session_of("xsipwake_session=abc; sipwake_session2=abc; Sipwake_session=a"), "");
}

TEST(Cookie, TakesNeitherOfTwo) {
  EXPECT_EQ(session_of("sipwake_session=abc; sipwake_session=def"), "");
}

TEST(Cookie, TakesNoStrangeBytesAndNoLongSecret) {
  EXPECT_EQ(session_of("sipwake_session=a b"), "");
  EXPECT_EQ(session_of("sipwake_session=\"abc\""), "");
  EXPECT_EQ(session_of("sipwake_session=" + std::string(129, 'a')), "");
  EXPECT_EQ(session_of(""), "");
  EXPECT_EQ(session_of(";;;="), "");
}

TEST(Cookie, IsKeptFromScriptsAndOtherSites) {
  EXPECT_EQ(session_cookie("abc", 60),
            "sipwake_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(no_session_cookie(), "sipwake_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict");
}

}  // namespace
}  // namespace web::api
