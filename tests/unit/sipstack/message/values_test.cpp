#include "sipstack/message/values.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sip {
namespace {

std::vector<std::string> values(std::string_view headers, HeaderName name) {
  const auto message = Message::parse("OPTIONS sip:a SIP/2.0\r\n" + std::string{headers} + "\r\n");
  std::vector<std::string> out;
  Values walk{*message, name};
  while (const auto value = walk.next()) out.emplace_back(*value);
  return out;
}

TEST(ValuesTest, WalksLinesAndListsInOrder) {
  EXPECT_EQ(values("Route: <sip:a>, <sip:b>\r\nVia: x\r\nRoute: <sip:c>\r\n", HeaderName::route),
            (std::vector<std::string>{"<sip:a>", "<sip:b>", "<sip:c>"}));
}

TEST(ValuesTest, IsEmptyWithoutTheHeader) {
  EXPECT_TRUE(values("Via: x\r\n", HeaderName::route).empty());
}

TEST(ValuesTest, GivesEmptyViewsForEmptyLinesAndItems) {
  EXPECT_EQ(values("Supported:\r\nk: a,,b\r\nSupported: c\r\n", HeaderName::supported),
            (std::vector<std::string>{"", "a", "", "b", "c"}));
}

TEST(ValuesTest, KeepsCommasInsideQuotes) {
  EXPECT_EQ(values("m: \"a,b\" <sip:a,b@c>\r\n", HeaderName::contact),
            std::vector<std::string>{"\"a,b\" <sip:a,b@c>"});
}

}  // namespace
}  // namespace sip
