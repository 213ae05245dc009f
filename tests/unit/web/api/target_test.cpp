#include "web/api/target.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

Target parsed(std::string_view text) {
  auto result = parse_target(text);
  EXPECT_TRUE(std::holds_alternative<Target>(result)) << text;
  return std::holds_alternative<Target>(result) ? std::get<Target>(result) : Target{};
}

Problem refused(std::string_view text) {
  auto result = parse_target(text);
  EXPECT_TRUE(std::holds_alternative<Problem>(result)) << text;
  return std::holds_alternative<Problem>(result) ? std::get<Problem>(result) : Problem{};
}

using Segments = std::vector<std::string>;

TEST(Target, SplitsThePathIntoSegments) {
  EXPECT_EQ(parsed("/api/v1/users").segments, (Segments{"api", "v1", "users"}));
}

TEST(Target, RootIsOneEmptySegment) { EXPECT_EQ(parsed("/").segments, Segments{""}); }

TEST(Target, ATrailingSlashIsASegmentOfItsOwn) {
  EXPECT_EQ(parsed("/users/").segments, (Segments{"users", ""}));
}

TEST(Target, UndoesEscapesAfterTheSplit) {
  EXPECT_EQ(parsed("/a%2Fb/c%40d").segments, (Segments{"a/b", "c@d"}));
}

TEST(Target, KeepsAPlusAsAPlus) { EXPECT_EQ(parsed("/+4930").segments, Segments{"+4930"}); }

TEST(Target, KeepsBytesThatAreNoUtf8) {
  EXPECT_EQ(parsed("/%ff%00").segments, Segments{std::string("\xff\0", 2)});
}

TEST(Target, ReadsQueryParameters) {
  const auto target = parsed("/calls?state=held&limit=7&cursor=");
  EXPECT_EQ(target.parameter("state"), "held");
  EXPECT_EQ(target.parameter("limit"), "7");
  EXPECT_EQ(target.parameter("cursor"), "");
  EXPECT_EQ(target.parameter("other"), std::nullopt);
}

TEST(Target, UndoesEscapesInTheQuery) {
  EXPECT_EQ(parsed("/?a%26b=c%3Dd").parameter("a&b"), "c=d");
}

TEST(Target, TakesThePathOutOfAnAbsoluteTarget) {
  EXPECT_EQ(parsed("http://host:1/users?limit=1").segments, Segments{"users"});
  EXPECT_EQ(parsed("HTTP://host").segments, Segments{""});
}

TEST(Target, LeavesAFragmentOut) { EXPECT_EQ(parsed("/users#x").segments, Segments{"users"}); }

TEST(Target, RefusesWhatIsNoPath) {
  EXPECT_EQ(refused("").status, 400);
  EXPECT_EQ(refused("*").status, 400);
  EXPECT_EQ(refused("users").status, 400);
}

TEST(Target, RefusesDamagedEscapes) {
  EXPECT_EQ(refused("/a%").status, 400);
  EXPECT_EQ(refused("/a%4").status, 400);
  EXPECT_EQ(refused("/a%zz").status, 400);
  EXPECT_EQ(refused("/?a=%4").status, 400);
}

TEST(Target, RefusesAParameterThatIsGivenTwice) {
  EXPECT_EQ(refused("/?limit=1&limit=2").field, "limit");
}

TEST(Target, RefusesMoreParametersThanAnybodyNeeds) {
  std::string text = "/?";
  for (int i = 0; i < 17; ++i) text += "p" + std::to_string(i) + "&";
  EXPECT_EQ(refused(text).status, 400);
}

TEST(EscapeSegment, KeepsAnAddressReadableAndRoundTrips) {
  EXPECT_EQ(escape_segment("+49.30-a_b~@example.com"), "+49.30-a_b~@example.com");
  const std::string odd = "a/b?c#d%e f\xff;g";
  EXPECT_EQ(parsed("/" + escape_segment(odd)).segments, Segments{odd});
}

}  // namespace
}  // namespace web::api
