#include "proxy/core/settings/source.hpp"

#include <gtest/gtest.h>

namespace proxy {
namespace {

std::string read(std::string_view text) {
  const auto source = parse_source(text);
  return source ? source_text(*source) : "none";
}

TEST(Source, OfIpv4IsTheAddress) {
  EXPECT_EQ(read("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read("192.0.2.1/32"), "192.0.2.1");
  EXPECT_EQ(read("::ffff:192.0.2.1"), "192.0.2.1");
}

TEST(Source, OfIpv6IsItsSlash64) {
  EXPECT_EQ(read("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(read("[2001:db8::1]"), "2001:db8::/64");
  EXPECT_EQ(read("2001:db8::/64"), "2001:db8::/64");
}

TEST(Source, IsNoOtherBlockAndNoName) {
  for (const auto* text : {"192.0.2.0/24", "2001:db8::/32", "2001:db8::1/128", "example.com", "",
                           "192.0.2.1/", "/64", "192.0.2.1/64"})
    EXPECT_EQ(read(text), "none") << text;
}

}  // namespace
}  // namespace proxy
