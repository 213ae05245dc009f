#include "sipstack/message/params.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sip {
namespace {

std::vector<std::string> items(std::string_view list) {
  std::vector<std::string> out;
  while (const auto item = take_list_item(list)) out.emplace_back(*item);
  return out;
}

TEST(ParamsTest, FindsValuesByNameWithoutCase) {
  const ParamsView params{";Branch=z9hG4bKa;rport;received=192.0.2.1"};
  EXPECT_EQ(params.value("branch"), "z9hG4bKa");
  EXPECT_EQ(params.value("RPORT"), "");
  EXPECT_TRUE(params.has("rport"));
  EXPECT_FALSE(params.has("maddr"));
  EXPECT_TRUE(params.well_formed());
}

TEST(ParamsTest, MindsBlanksAndQuotes) {
  const ParamsView params{" ;  a = 1 ; b ;c=\"x;y=\\\"z\" ; d=2"};
  EXPECT_EQ(params.value("a"), "1");
  EXPECT_EQ(params.value("c"), "\"x;y=\\\"z\"");
  EXPECT_EQ(params.value("d"), "2");
  EXPECT_FALSE(params.has("y"));
  EXPECT_TRUE(params.well_formed());
}

TEST(ParamsTest, TellsMalformedOnes) {
  for (const auto* text :
       {";", ";;", ";a;", ";;a", ";=1", ";a=", ";a= ;b", "a", ";a b", ";a=1 2", ";a=\"open",
        ";a=\"x\"y", ";a=1,2", ";a=<b>", ";a=x\"y\"", ";a\"b\"", ";\xC3\xA4=1", ";a=\x01"})
    EXPECT_FALSE(ParamsView{text}.well_formed()) << text;
  for (const auto* text : {"", "  ", ";a", ";a=1", ";received=2001:db8::9:255", ";a=[::1]",
                           ";tag=x@y=", ";a=\"\"", ";a=\"\xD1\x8E\""})
    EXPECT_TRUE(ParamsView{text}.well_formed()) << text;
}

TEST(ParamsTest, StopsAtAnErrorAndLeavesTheRest) {
  std::string_view rest = ";a=1;b=\"open";
  EXPECT_EQ(ParamsView::next(rest)->name, "a");
  EXPECT_FALSE(ParamsView::next(rest));
  EXPECT_EQ(rest, ";b=\"open");
}

TEST(ListTest, SplitsAtCommasOutsideQuotesAndBrackets) {
  EXPECT_EQ(items("a, b ,c"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(items("\"x, \\\"y\" <sip:a,b@c>;q=1 , <sip:d>"),
            (std::vector<std::string>{"\"x, \\\"y\" <sip:a,b@c>;q=1", "<sip:d>"}));
  EXPECT_EQ(items("<sip:a\"b,c>,d"), (std::vector<std::string>{"<sip:a\"b,c>", "d"}));
}

TEST(ListTest, GivesEmptyItemsBetweenAndAfterCommas) {
  EXPECT_EQ(items("a,,b"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(items("a,"), (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(items("a, \t"), (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(items(","), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(items(""), std::vector<std::string>{});
}

TEST(ListTest, TakesTheRestWhenAQuoteOrBracketNeverCloses) {
  EXPECT_EQ(items("a, \"b, c"), (std::vector<std::string>{"a", "\"b, c"}));
  EXPECT_EQ(items("a, <b, c"), (std::vector<std::string>{"a", "<b, c"}));
  EXPECT_EQ(items("\"\\"), std::vector<std::string>{"\"\\"});
}

TEST(QuoteTest, QuotesAndUnquotes) {
  EXPECT_EQ(quote("say \"hi\" \\"), R"("say \"hi\" \\")");
  EXPECT_EQ(unquote(R"("say \"hi\" \\")"), "say \"hi\" \\");
  EXPECT_EQ(quote("two\r\nlines"), "\"twolines\"");
  EXPECT_EQ(unquote("plain"), "plain");
  EXPECT_EQ(unquote("\""), "\"");
  EXPECT_EQ(unquote("\"\""), "");
  EXPECT_EQ(unquote("\"\\\""), "\\");
}

TEST(QuoteTest, FindsTheEndOfAQuotedString) {
  EXPECT_EQ(quoted_end("\"ab\"c", 0), 4U);
  EXPECT_EQ(quoted_end("\"a\\\"b\"", 0), 6U);
  EXPECT_EQ(quoted_end("\"a", 0), std::string_view::npos);
  EXPECT_EQ(quoted_end("\"a\\", 0), std::string_view::npos);
  EXPECT_EQ(quoted_end("\"", 0), std::string_view::npos);
}

}  // namespace
}  // namespace sip
