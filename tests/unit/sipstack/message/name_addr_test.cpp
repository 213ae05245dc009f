#include "sipstack/message/name_addr.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

NameAddrView address(std::string_view text) {
  const auto parsed = NameAddrView::parse(text);
  if (!parsed) ADD_FAILURE() << text;
  return parsed ? *parsed : NameAddrView{};
}

TEST(NameAddrTest, ReadsANameAddr) {
  const auto a = address("\"Bell, \\\"A\\\" <x>\" <sip:bell@example.com;lr>;tag=43 ; x");
  EXPECT_EQ(a.display_name, "\"Bell, \\\"A\\\" <x>\"");
  EXPECT_EQ(a.uri, "sip:bell@example.com;lr");
  EXPECT_EQ(a.params.value("tag"), "43");
  EXPECT_TRUE(a.params.has("x"));
  EXPECT_FALSE(a.params.has("lr"));
  EXPECT_TRUE(a.bracketed);
}

TEST(NameAddrTest, GivesParametersOfAnAddrSpecToTheHeader) {
  const auto a = address("sip:a@b;tag=x");
  EXPECT_EQ(a.uri, "sip:a@b");
  EXPECT_EQ(a.params.value("tag"), "x");
  EXPECT_FALSE(a.bracketed);
}

TEST(NameAddrTest, ReadsDisplayNamesOfTokensAndUtf8) {
  EXPECT_EQ(address("caller<sip:caller@example.com>").display_name, "caller");
  EXPECT_EQ(address("token1~` token2'+_ token3*%!.- <sip:m@example.com>").display_name,
            "token1~` token2'+_ token3*%!.-");
  EXPECT_EQ(address("J\xC3\xBCrgen B <sip:j@example.com>").display_name, "J\xC3\xBCrgen B");
  EXPECT_EQ(address("<sip:j@example.com>").display_name, "");
  EXPECT_EQ(address("\"\"<sip:j@example.com>").display_name, "\"\"");
}

TEST(NameAddrTest, MindsBlanksEverywhereTheyMayBe) {
  const auto a = address("  \"J \\\\\\\"\"       <sip:j@example.com>   ;   tag = 98asjd8 ");
  EXPECT_EQ(a.uri, "sip:j@example.com");
  EXPECT_EQ(a.params.value("tag"), "98asjd8");
  EXPECT_EQ(address("sip:v@example.com ;   tag    = 19").params.value("tag"), "19");
}

TEST(NameAddrTest, DoesNotTakeABracketInAParameterForAnAddress) {
  EXPECT_EQ(address("sip:a@b;x=\"<y>\";tag=1").uri, "sip:a@b");
}

TEST(NameAddrTest, KnowsTheWildcard) {
  EXPECT_TRUE(address(" * ").wildcard);
  EXPECT_FALSE(address("<sip:*@example.com>").wildcard);
}

TEST(NameAddrTest, RefusesBrokenOnes) {
  for (const auto* text : {"",
                           "\"",
                           "\"Mr. J. User <sip:j.user@example.com>",
                           "\"a\" sip:a@b",
                           "\"a\"",
                           "Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
                           "a:b <sip:a@b>",
                           "<",
                           "<sip:a@b",
                           "<>",
                           "sip:user@example.com?Route=%3Csip:x%3E",
                           "sip:a,b@c",
                           "<sip:a@b>;",
                           "<sip:a@b>;;",
                           "<sip:a@b>x",
                           "<sip:a@b> tag=1",
                           "<sip:a@b>;tag=",
                           "<sip:a@b>;tag=\"x",
                           "sip:a@b>;tag=1",
                           "alice",
                           "\"a\\\"<sip:a@b>",
                           "sip:a@b <sip:c@d>",
                           "**",
                           "<sip:a@b>;tag=1,<sip:c@d>"})
    EXPECT_FALSE(NameAddrView::parse(text)) << text;
}

}  // namespace
}  // namespace sip
