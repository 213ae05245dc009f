#include "proxy/core/trunk/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace proxy::trunk {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = Pattern::compile(pattern);
  const auto* good = std::get_if<Pattern>(&compiled);
  EXPECT_NE(good, nullptr) << pattern << ": " << std::get<BadPattern>(compiled).why;
  return good != nullptr && good->matches(text);
}

std::string complaint(std::string_view pattern) {
  const auto compiled = Pattern::compile(pattern);
  const auto* bad = std::get_if<BadPattern>(&compiled);
  return bad != nullptr ? std::to_string(bad->at) + ": " + bad->why : "";
}

TEST(Pattern, AnEmptyOneMatchesAnythingHoweverLong) {
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("", std::string(5'000, '1')));
}

TEST(Pattern, APlainOneMatchesJustThat) {
  EXPECT_TRUE(matches("112", "112"));
  EXPECT_FALSE(matches("112", "1122"));
  EXPECT_FALSE(matches("112", "11"));
  EXPECT_TRUE(matches("+49(0)30.1", "+49(0)30.1"));
  EXPECT_FALSE(matches("1.2", "1x2"));
}

TEST(Pattern, AStarAtTheEndLetsAnythingFollow) {
  EXPECT_TRUE(matches("+49*", "+4930123"));
  EXPECT_TRUE(matches("+49*", "+49"));
  EXPECT_FALSE(matches("+49*", "+43123"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("*43*", "*43#"));
}

TEST(Pattern, AStarBeforeADomainIsAnybodyThere) {
  EXPECT_TRUE(matches("*@example.com", "alice@example.com"));
  EXPECT_TRUE(matches("*@example.com", "a@b@example.com"));
  EXPECT_TRUE(matches("*@example.*", "alice@example.net"));
  EXPECT_FALSE(matches("*@example.com", "alice@example.org"));
  EXPECT_FALSE(matches("*@example.com", "alice@example.com.org"));
  EXPECT_TRUE(matches("*97", "*97")) << "elsewhere it is a sign like others";
  EXPECT_FALSE(matches("*97", "0097"));
}

TEST(Pattern, DialPatternsMeanWhatAsteriskMeans) {
  EXPECT_TRUE(matches("_0X.", "0301"));
  EXPECT_FALSE(matches("_0X.", "03"));
  EXPECT_TRUE(matches("_0X!", "03"));
  EXPECT_FALSE(matches("_0X.", "0a01"));
  EXPECT_TRUE(matches("_NXXZ", "2001"));
  EXPECT_FALSE(matches("_NXXZ", "1001"));
  EXPECT_FALSE(matches("_NXXZ", "2000"));
  EXPECT_TRUE(matches("_1[0-35]X", "132"));
  EXPECT_TRUE(matches("_1[0-35]X", "152"));
  EXPECT_FALSE(matches("_1[0-35]X", "142"));
  EXPECT_TRUE(matches("_+49!", "+49"));
}

TEST(Pattern, ExpressionsKnowAlternativesSetsAndRepetition) {
  EXPECT_TRUE(matches("^\\+49(30|89)\\d{4,}$", "+49301234"));
  EXPECT_TRUE(matches("^\\+49(30|89)\\d{4,}$", "+4989123456789"));
  EXPECT_FALSE(matches("^\\+49(30|89)\\d{4,}$", "+4989123"));
  EXPECT_FALSE(matches("^\\+49(30|89)\\d{4,}$", "+49401234"));
  EXPECT_TRUE(matches("^\\+49(.*)$", "+49"));
  EXPECT_TRUE(matches("^a{2,3}b?$", "aaa"));
  EXPECT_FALSE(matches("^a{2,3}b?$", "aaaa"));
  EXPECT_TRUE(matches("^(?:ab)+$", "abab"));
  EXPECT_FALSE(matches("^[^0-9]+$", "ab1"));
  EXPECT_TRUE(matches("^[]x-]+$", "]-x"));
  EXPECT_TRUE(matches("^a|b$", "b"));
  EXPECT_TRUE(matches("^.*@example\\.com$", "bob@example.com"));
  EXPECT_TRUE(matches("^(|a)b$", "b"));
}

TEST(Pattern, AnExpressionWithoutDollarLetsAnythingFollow) {
  EXPECT_TRUE(matches("^00[1-9]", "0049301"));
  EXPECT_FALSE(matches("^00[1-9]", "0004"));
  EXPECT_TRUE(matches("^1\\$", "1$2"));
}

TEST(Pattern, SaysWhereItCannotBeRead) {
  EXPECT_EQ(complaint("^(12"), "4: a ( without its )");
  EXPECT_EQ(complaint("^12)"), "3: a ) without its (");
  EXPECT_EQ(complaint("^[12"), "4: a set that does not end, or whose range runs backwards");
  EXPECT_EQ(complaint("^+49"), "1: nothing to repeat; write \\+ for a plus sign");
  EXPECT_EQ(complaint("^1{2"), "4: write {2}, {2,} or {2,4}");
  EXPECT_EQ(complaint("^1{3,2}"), "7: write {2}, {2,} or {2,4}");
  EXPECT_EQ(complaint("^1**"), "3: one repetition behind another");
  EXPECT_EQ(complaint("^1$2"), "2: ^ stands in front and $ at the end only");
  EXPECT_EQ(complaint("^\\w"), "3: only \\d and escaped signs are known");
  EXPECT_EQ(complaint("_1.2"), "2: . and ! stand at the end only");
  EXPECT_EQ(complaint("_1[2"), "2: a set that does not end, or runs backwards");
  EXPECT_EQ(complaint("1 2"), "1: a blank or control character");
  EXPECT_EQ(complaint(std::string(129, '1')), "128: longer than 128 bytes");
}

TEST(Pattern, RefusesWhatWouldTakeTooManySteps) {
  EXPECT_NE(complaint("^1{65}").find("more than 64"), std::string::npos);
  EXPECT_NE(complaint("^1{99999999999999999999}").find("more than 64"), std::string::npos);
  EXPECT_NE(complaint("^((1{60}){60}){60}$").find("too much"), std::string::npos);
  EXPECT_NE(complaint("^" + std::string(20, '(') + std::string(20, ')')).find("nested"),
            std::string::npos);
}

// A backtracking matcher needs 2^250 steps for these.
TEST(Pattern, TakesNoLongerForPatternsThatMakeOthersBacktrack) {
  const std::string ones = std::string(250, '1') + 'x';
  EXPECT_FALSE(matches("^(1*)*$", ones));
  EXPECT_FALSE(matches("^(1+)+$", ones));
  EXPECT_FALSE(matches("^(1|1)*$", ones));
  EXPECT_FALSE(matches("^(1?){64}1{64}$", ones));
}

TEST(Pattern, WhatIsLongerThanAnyNumberMatchesNothing) {
  EXPECT_FALSE(matches("1*", std::string(257, '1')));
  EXPECT_TRUE(matches("1*", std::string(256, '1')));
}

}  // namespace
}  // namespace proxy::trunk
