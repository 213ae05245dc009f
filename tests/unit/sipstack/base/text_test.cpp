#include "sipstack/base/text.hpp"

#include <gtest/gtest.h>

#include "sipstack/base/ids.hpp"

namespace sip {
namespace {

TEST(TextTest, KnowsTheTokenCharactersOfTheGrammar) {
  const std::string_view others = "-.!%*_+`'~";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool expected = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || others.find(c) != std::string_view::npos;
    EXPECT_EQ(is_token_char(c), expected) << i;
  }
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
}

TEST(TextTest, ComparesWithoutCaseInAsciiOnly) {
  EXPECT_TRUE(iequals("Call-ID", "cALL-id"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("[", "{"));  // one bit apart, as letters are, and no letters
  EXPECT_FALSE(iequals("\xC4", "\xE4"));
  EXPECT_EQ(to_lower("ABC[\xC4"), "abc[\xC4");
}

TEST(TextTest, TrimsBlanksAndTabsOnly) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim("\r\n"), "\r\n");
}

TEST(ParseNumberTest, TakesDigitsUpToTheMaximum) {
  EXPECT_EQ(parse_number("0", 0), 0U);
  EXPECT_EQ(parse_number("0068", 255), 68U);
  EXPECT_EQ(parse_number("255", 255), 255U);
  EXPECT_FALSE(parse_number("256", 255));
  EXPECT_FALSE(parse_number("9", 5));
  EXPECT_EQ(parse_number("18446744073709551615", UINT64_MAX), UINT64_MAX);
}

TEST(ParseNumberTest, NeverOverflows) {
  EXPECT_FALSE(parse_number("18446744073709551616", UINT64_MAX));
  EXPECT_FALSE(parse_number("18446744073709551648", UINT64_MAX));  // 2^64 + 32
  EXPECT_FALSE(parse_number("4294967328", UINT32_MAX));            // 2^32 + 32
  EXPECT_FALSE(parse_number(std::string(1000, '9'), UINT64_MAX));
  EXPECT_EQ(parse_number(std::string(1000, '0') + "7", 9), 7U);
}

TEST(ParseNumberTest, TakesNothingButDigits) {
  for (const auto* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "1e3", "\xD9\xA1"})
    EXPECT_FALSE(parse_number(text, 100)) << text;
}

TEST(HexTest, GoesThereAndBack) {
  const std::uint8_t bytes[] = {0x00, 0x7f, 0xff, 0xA0};
  EXPECT_EQ(to_hex(bytes), "007fffa0");
  EXPECT_EQ(from_hex("007FffA0"), std::string("\0\x7f\xff\xA0", 4));
  EXPECT_EQ(from_hex(""), "");
}

TEST(HexTest, RefusesHalfBytesAndOtherCharacters) {
  for (const auto* text : {"0", "0g", "g0", "00 0", "0x00"}) EXPECT_FALSE(from_hex(text)) << text;
}

TEST(UnescapeTest, UndoesEscapesAndKeepsTheRest) {
  EXPECT_EQ(unescape("sips%3Auser%40example.com"), "sips:user@example.com");
  EXPECT_EQ(unescape("%00"), std::string(1, '\0'));
  EXPECT_EQ(unescape("a+b"), "a+b");
  EXPECT_EQ(unescape("%25%34%31"), "%41");  // once only
}

TEST(UnescapeTest, RefusesAnEscapeThatIsCutOffOrNoHex) {
  for (const auto* text : {"%", "%4", "a%", "%zz", "%4g", "%-1"})
    EXPECT_FALSE(unescape(text)) << text;
}

TEST(GlobMatchTest, MatchesRunsAndSingleCharacters) {
  EXPECT_TRUE(glob_match("LinphoneiOS*", "LinphoneiOS/5.0"));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("a*b*c", "aXbbYc"));
  EXPECT_TRUE(glob_match("**a", "bca"));
  EXPECT_TRUE(glob_match("a?c", "abc"));
  EXPECT_TRUE(glob_match("*ab", "aab"));
  EXPECT_TRUE(glob_match("*", "*"));
}

TEST(GlobMatchTest, MatchesTheWholeTextAndItsCase) {
  EXPECT_FALSE(glob_match("LinphoneiOS", "LinphoneiOS/5.0"));
  EXPECT_FALSE(glob_match("linphone*", "LinphoneiOS"));
  EXPECT_FALSE(glob_match("a?c", "ac"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_FALSE(glob_match("a*b", "a*c"));
  EXPECT_TRUE(glob_match("", ""));
}

TEST(GlobMatchTest, IsQuickOnManyStars) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(5000, 'a')));
}

class FixedIds : public IdSource {
 public:
  std::uint64_t next() override { return 0xFEDCBA9876543210; }
};

TEST(RandomTokenTest, SpendsAllBitsOfOneId) {
  FixedIds ids;
  EXPECT_EQ(random_token(ids), "0123456789abcdef");
}

}  // namespace
}  // namespace sip
