#include "web/api/csv.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

std::vector<CsvReader::Row> rows_of(const std::string& text) {
  std::vector<CsvReader::Row> rows;
  CsvReader reader{text};
  while (auto row = reader.next()) rows.push_back(*std::move(row));
  return rows;
}

using Fields = std::vector<std::string>;

TEST(Csv, CutsRowsAtEitherLineEndAndNeedsNoneAtTheEnd) {
  const auto rows = rows_of("a,b\r\nc,d\ne,f");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].fields, (Fields{"a", "b"}));
  EXPECT_EQ(rows[1].fields, (Fields{"c", "d"}));
  EXPECT_EQ(rows[2].fields, (Fields{"e", "f"}));
  EXPECT_EQ(rows[2].line, 3U);
}

TEST(Csv, KeepsEmptyFieldsAndBlanks) {
  EXPECT_EQ(rows_of(",,\n")[0].fields, (Fields{"", "", ""}));
  EXPECT_EQ(rows_of(" a ,b\n")[0].fields, (Fields{" a ", "b"}));
  EXPECT_EQ(rows_of("\"\",x\n")[0].fields, (Fields{"", "x"}));
  EXPECT_EQ(rows_of("a,\"\"")[0].fields, (Fields{"a", ""}));
}

TEST(Csv, TakesTheQuotesOff) {
  EXPECT_EQ(rows_of("\"a,b\",\"say \"\"hi\"\"\",\"\"\"\"\n")[0].fields,
            (Fields{"a,b", "say \"hi\"", "\""}));
}

TEST(Csv, CountsTheLinesWithinQuotes) {
  const auto rows = rows_of("\"a\nb\r\nc\",d\ne\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].fields, (Fields{"a\nb\r\nc", "d"}));
  EXPECT_EQ(rows[1].line, 4U);
}

TEST(Csv, PassesOverBlankLinesAndAByteOrderMark) {
  EXPECT_TRUE(rows_of("").empty());
  EXPECT_TRUE(rows_of("\n\r\n\n").empty());
  const auto rows = rows_of("\xEF\xBB\xBF\n\na\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].fields, Fields{"a"});
  EXPECT_EQ(rows[0].line, 3U);
}

TEST(Csv, GoesOnAtTheNextLineAfterABadOne) {
  const auto rows = rows_of("\"a\"x,b\nc\"d,e\nf\n\"g\nh\n");
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0].error, "text behind a closing quote");
  EXPECT_EQ(rows[1].error, "a quote within a field without quotes");
  EXPECT_EQ(rows[2].fields, Fields{"f"});
  EXPECT_EQ(rows[3].error, "the quote is never closed");
  EXPECT_EQ(rows[3].line, 4U);
  EXPECT_EQ(rows[4].fields, Fields{"h"});
  EXPECT_EQ(rows[4].line, 5U);
}

TEST(Csv, EndsOnEveryPrefixOfAnyText) {
  const std::string text = "a,\"b\"\"\r\n\",\r\r\n\"\",\"\n\"x\"";
  for (std::size_t size = 0; size <= text.size(); ++size)
    EXPECT_LE(rows_of(text.substr(0, size)).size(), size);
}

TEST(Csv, KeepsFormulasFromSpreadsheetsAndGivesThemBack) {
  EXPECT_EQ(defused("=1+1"), "'=1+1");
  EXPECT_EQ(defused("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(defused("'=1"), "''=1");
  for (const std::string text : {"=1", "+49", "-x", "@x", "'=1", "''@", "'Anna'", "Anna", "", "'"})
    EXPECT_EQ(undefused(defused(text)), text);
  EXPECT_EQ(defused("O'Hara = 1"), "O'Hara = 1");
  EXPECT_EQ(undefused("'Anna'"), "'Anna'");
}

}  // namespace
}  // namespace web::api
