#include "app/recipe/extensions.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace app::recipe {
namespace {

std::string why_refused(const char* text) {
  try {
    read_extensions(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

std::string regexes_of(const char* range) {
  std::string out;
  for (const auto& pattern : patterns_of(read_extensions(range)))
    out.append(out.empty() ? "" : " ").append(as_regex(pattern));
  return out;
}

TEST(Extensions, TakesARangeOrOne) {
  EXPECT_EQ(read_extensions("100..120").last, 120U);
  const auto one = read_extensions("007");
  EXPECT_EQ(number_at(one, one.first), "007");
  EXPECT_EQ(one.last, 7U);
}

TEST(Extensions, SaysWhatIsWrongWithARange) {
  for (const auto* text : {"", "..", "1..", "..2", "a..b", "1..2..3", "-1..2", "1234567890123456"})
    EXPECT_NE(why_refused(text).find("is no range of extensions"), std::string::npos) << text;
  EXPECT_EQ(why_refused("99..100"),
            "'99..100': both ends of a range must have the same number of digits");
  EXPECT_EQ(why_refused("120..100"), "'120..100' ends before it begins");
  EXPECT_EQ(why_refused("00000..10000"), "'00000..10000' has more than 10,000 extensions");
}

TEST(Extensions, MakesFewPatterns) {
  EXPECT_EQ(regexes_of("100..120"), "1[0-1][0-9] 120");
  EXPECT_EQ(regexes_of("000..999"), "[0-9][0-9][0-9]");
  EXPECT_EQ(regexes_of("095..105"), "09[5-9] 10[0-5]");
  EXPECT_EQ(regexes_of("42"), "42");
}

TEST(Extensions, MatchesTheRangeAndNothingElse) {
  for (const auto* range :
       {"000..000", "007..009", "008..213", "100..120", "199..901", "111..999"}) {
    const auto extensions = read_extensions(range);
    std::string either;
    for (const auto& pattern : patterns_of(extensions))
      either.append(either.empty() ? "" : "|").append(as_regex(pattern));
    const std::regex matches{either};
    for (std::uint64_t number = 0; number < 1'000; ++number)
      ASSERT_EQ(std::regex_match(number_at({0, 999, 3}, number), matches),
                number >= extensions.first && number <= extensions.last)
          << range << ' ' << number;
  }
}

TEST(Extensions, SpeaksAsAsteriskDoes) {
  EXPECT_EQ(as_dial_pattern({{'1', '1'}, {'0', '1'}, {'0', '9'}}), "_1[0-1]X");
  EXPECT_EQ(as_dial_pattern({{'1', '1'}, {'2', '2'}}), "12");
}

}  // namespace
}  // namespace app::recipe
