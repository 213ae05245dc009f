#include "proxy/runtime/push/url.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime::push {
namespace {

TEST(Url, IsSplitIntoHostPortAndPath) {
  EXPECT_EQ(parse_url("http://127.0.0.1:9000/push?a=b"),
            (Target{"127.0.0.1", 9000, "/push?a=b", "127.0.0.1:9000"}));
  EXPECT_EQ(parse_url("HTTP://push.example.com"),
            (Target{"push.example.com", 80, "/", "push.example.com"}));
  EXPECT_EQ(parse_url("http://[2001:db8::1]:81/x#part"),
            (Target{"2001:db8::1", 81, "/x", "[2001:db8::1]:81"}));
  EXPECT_EQ(parse_url("http://h?q")->path, "/?q");
}

TEST(Url, WithHttpsLeadsToItsOwnPort) {
  EXPECT_EQ(parse_url("https://push.example.com/x"),
            (Target{"push.example.com", 443, "/x", "push.example.com", true}));
  EXPECT_EQ(parse_url("HTTPS://127.0.0.1:8443")->port, 8'443);
}

TEST(Url, RefusesWhatCouldBeReadTwoWays) {
  for (const auto* bad :
       {"", "push.example.com", "http://", "http:///x", "http://a b/", "http://a/\r\nX: y",
        "http://user@host/", "http://host:0/", "http://host:65536/", "http://host:/",
        "http://host:1:2/", "http://[::1/", "http://[::1]x/", "http://h\xC3\xB6st/"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
    EXPECT_NE(url_problem(bad), "") << bad;
  }
}

}  // namespace
}  // namespace proxy::runtime::push
