#include "sipstack/message/route.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

TEST(RouteTest, ReadsLooseAndStrictRouters) {
  EXPECT_TRUE(RouteView::parse("<sip:p1.example.com;lr>")->loose());
  EXPECT_TRUE(RouteView::parse("\"P\" <sip:p1.example.com;lr=on>;x=y")->loose());
  EXPECT_FALSE(RouteView::parse("<sip:p1.example.com>;lr")->loose());
}

TEST(RouteTest, NeedsAngleBracketsAndAUri) {
  for (const auto* text : {"", "*", "sip:p1.example.com;lr", "<sip:>", "<p1.example.com;lr>"})
    EXPECT_FALSE(RouteView::parse(text)) << text;
}

}  // namespace
}  // namespace sip
