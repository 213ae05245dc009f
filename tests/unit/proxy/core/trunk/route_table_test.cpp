#include "proxy/core/trunk/route_table.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace proxy::trunk {
namespace {

using End = Choice::End;

record::Trunk trunk_named(std::string name, bool enabled = true) {
  record::Trunk trunk;
  trunk.name = std::move(name);
  trunk.enabled = enabled;
  return trunk;
}

/// Routes with ids 1, 2, ... as they are added; to the trunk "one" unless it says otherwise.
class Routes : public ::testing::Test {
 protected:
  void add(const std::function<void(record::Route&)>& change) {
    record::Route route;
    route.id = static_cast<std::int64_t>(rows_.size()) + 1;
    route.name = "route " + std::to_string(route.id);
    route.trunk = "one";
    change(route);
    rows_.push_back(route);
    table_.set(rows_, {trunk_named("one"), trunk_named("two"), trunk_named("off", false)});
  }
  Decision ask(std::string callee, std::string caller = "alice@example.com",
               std::string trunk = {}) {
    return table_.decide({callee + "@example.com", true, std::move(caller), std::move(trunk)},
                         RouteTable::Explain::yes);
  }

  std::vector<record::Route> rows_;
  RouteTable table_;
};

TEST_F(Routes, TheNumberIsStrippedAndThenPrepended) {
  add([](auto& r) { r.callee = "_0X.", r.strip = 1, r.prepend = "+49"; });
  const auto decision = ask("0301234");
  ASSERT_EQ(decision.choices.size(), 1U);
  EXPECT_EQ(decision.choices[0].end, End::trunk);
  EXPECT_EQ(decision.choices[0].to, "one");
  EXPECT_EQ(decision.choices[0].number, "+49301234");
}

TEST_F(Routes, AreAskedByPositionAndThenById) {
  add([](auto& r) { r.trunk = "one"; });
  add([](auto& r) { r.trunk = "two", r.position = 50; });
  add([](auto& r) { r.trunk = "two"; });
  const auto decision = ask("1");
  ASSERT_EQ(decision.choices.size(), 3U);
  EXPECT_EQ(decision.choices[0].route, 2);
  EXPECT_EQ(decision.choices[1].route, 1);
  EXPECT_EQ(decision.choices[2].route, 3);
}

TEST_F(Routes, NoneIsAskedBehindAUserOrARefusal) {
  add([](auto& r) { r.callee = "112"; });
  add([](auto& r) { r.trunk = "", r.reject = 403; });
  add([](auto&) {});
  EXPECT_EQ(ask("112").choices.size(), 2U);
  const auto decision = ask("0900");
  ASSERT_EQ(decision.choices.size(), 1U);
  EXPECT_EQ(decision.choices[0].status, 403U);
  EXPECT_EQ(decision.looks.size(), 2U);
}

TEST_F(Routes, ADisabledRouteAndADisabledTrunkAreLeftOut) {
  add([](auto& r) { r.enabled = false; });
  add([](auto& r) { r.trunk = "off"; });
  add([](auto& r) { r.trunk = "gone"; });
  const auto decision = ask("1");
  EXPECT_TRUE(decision.choices.empty());
  EXPECT_EQ(decision.looks[0].why, "it is disabled");
  EXPECT_EQ(decision.looks[1].why, "its trunk off is disabled or gone");
  EXPECT_EQ(decision.looks[2].why, "its trunk gone is disabled or gone");
}

// Otherwise whoever reaches us over one provider calls the world at the cost of another.
TEST_F(Routes, CallsOfTrunksTakeNoRouteThatIsForUsers) {
  add([](auto&) {});
  EXPECT_TRUE(ask("1", "+4930@provider", "two").choices.empty());
  EXPECT_EQ(ask("1", "x@y", "two").looks[0].why,
            "it takes calls from users, not from the trunk two");
  add([](auto& r) { r.from = "two"; });
  EXPECT_EQ(ask("1", "x@y", "two").choices.size(), 1U);
  EXPECT_TRUE(ask("1", "x@y", "three").choices.empty());
  add([](auto& r) { r.from = "trunks"; });
  EXPECT_EQ(ask("1", "x@y", "three").choices.size(), 1U);
}

TEST_F(Routes, NoCallGoesBackWhereItCameFrom) {
  add([](auto& r) { r.from = "any"; });
  EXPECT_TRUE(ask("1", "x@y", "one").choices.empty());
  EXPECT_EQ(ask("1", "x@y", "two").choices.size(), 1U);
}

TEST_F(Routes, ACallerIsHeldAgainstHisNameOrHisWholeAddress) {
  add([](auto& r) { r.caller = "alice"; });
  add([](auto& r) { r.caller = "*@example.com"; });
  add([](auto& r) { r.caller = "^.*@example\\.com$"; });
  const auto decision = ask("1");
  EXPECT_TRUE(decision.looks[0].matches);
  EXPECT_TRUE(decision.looks[1].matches);
  EXPECT_TRUE(decision.looks[2].matches);
  EXPECT_FALSE(ask("1", "alice@elsewhere.example").looks[1].matches);
}

TEST_F(Routes, ACalleeElsewhereNeedsAPatternWithADomain) {
  add([](auto&) {});
  add([](auto& r) { r.callee = "^.*@example\\.org$"; });
  const auto decision =
      table_.decide({"bob@example.org", false, "alice@example.com", ""}, RouteTable::Explain::yes);
  ASSERT_EQ(decision.choices.size(), 1U);
  EXPECT_EQ(decision.choices[0].route, 2);
}

TEST_F(Routes, ARouteThatLeavesNothingOfTheNumberIsNone) {
  add([](auto& r) { r.strip = 3; });
  EXPECT_TRUE(ask("12").choices.empty());
  EXPECT_EQ(ask("1234").choices.at(0).number, "4");
}

TEST_F(Routes, ACallForHelpStaysOneWhicheverWayItLeaves) {
  add([](auto&) {});
  add([](auto& r) { r.callee = "112", r.trunk = "two", r.emergency = true; });
  const auto help = ask("112").choices;
  ASSERT_EQ(help.size(), 2U);
  EXPECT_TRUE(help[0].emergency);
  EXPECT_EQ(help[0].to, "one");
  EXPECT_FALSE(ask("113").choices.at(0).emergency);
}

TEST_F(Routes, WhatMayNotStandInAUriIsEscaped) {
  add([](auto&) {});
  EXPECT_EQ(ask("*21#").choices.at(0).number, "*21%23");
  EXPECT_EQ(ask("a b").choices.at(0).number, "a%20b");
}

TEST_F(Routes, EachStepIsExplained) {
  add([](auto& r) { r.callee = "112", r.emergency = true; });
  add([](auto& r) { r.callee = "_0X.", r.caller = "bob"; });
  add([](auto& r) { r.callee = "_0X.", r.strip = 1, r.prepend = "+49", r.set_caller = "+4930"; });
  const auto looks = ask("0301").looks;
  ASSERT_EQ(looks.size(), 3U);
  EXPECT_EQ(looks[0].why, "the callee \"0301\" does not match \"112\"");
  EXPECT_EQ(looks[1].why, "the caller \"alice@example.com\" does not match \"bob\"");
  EXPECT_EQ(looks[2].why, "it leaves by the trunk one as \"+49301\" from \"+4930\"");
}

}  // namespace
}  // namespace proxy::trunk
