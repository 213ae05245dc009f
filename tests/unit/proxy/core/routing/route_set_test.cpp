#include "proxy/core/routing/route_set.hpp"

#include <gtest/gtest.h>

namespace proxy::routing {
namespace {

TEST(RouteSet, LooseRoutersLeaveTheRequestUri) {
  RouteSet set{"sip:bob@phone", {}};
  set.add("<sip:a;lr>, <sip:b>");
  set.suit_next_hop();
  EXPECT_EQ(set.uri, "sip:bob@phone");
  EXPECT_EQ(set.line(), "<sip:a;lr>, <sip:b>");
}
TEST(RouteSet, AStrictRouterBecomesTheRequestUri) {
  RouteSet set{"sip:bob@phone", {}};
  set.add("\"Old, one\" <sip:a;x=1>;p=2, <sip:b;lr>");
  set.suit_next_hop();
  EXPECT_EQ(set.uri, "sip:a;x=1");
  EXPECT_EQ(set.line(), "<sip:b;lr>, <sip:bob@phone>");
}
TEST(RouteSet, EmptyItemsAreLeftOut) {
  RouteSet set{"sip:bob@phone", {}};
  set.add(" , ,<sip:a;lr>,");
  EXPECT_EQ(set.line(), "<sip:a;lr>");
}
TEST(RouteSet, WithoutRoutesNothingChanges) {
  RouteSet set{"sip:bob@phone", {}};
  set.suit_next_hop();
  EXPECT_EQ(set.uri, "sip:bob@phone");
  EXPECT_EQ(set.line(), "");
}

}  // namespace
}  // namespace proxy::routing
