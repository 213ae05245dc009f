#include "sipstack/message/names.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

TEST(NamesTest, ReadsEveryHeaderNameItPrintsInAnyCase) {
  for (std::size_t i = 1; i < header_name_count; ++i) {
    const auto name = static_cast<HeaderName>(i);
    const auto text = to_string(name);
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(parse_header_name(text), name) << text;
    EXPECT_EQ(parse_header_name(to_lower(text)), name) << text;
  }
  EXPECT_EQ(to_string(HeaderName::other), "");
  EXPECT_EQ(to_string(HeaderName::www_authenticate), "WWW-Authenticate");
}

TEST(NamesTest, ReadsTheRegisteredCompactForms) {
  const std::pair<const char*, HeaderName> forms[] = {{"i", HeaderName::call_id},
                                                      {"m", HeaderName::contact},
                                                      {"e", HeaderName::content_encoding},
                                                      {"l", HeaderName::content_length},
                                                      {"c", HeaderName::content_type},
                                                      {"f", HeaderName::from},
                                                      {"s", HeaderName::subject},
                                                      {"k", HeaderName::supported},
                                                      {"t", HeaderName::to},
                                                      {"v", HeaderName::via},
                                                      {"u", HeaderName::allow_events},
                                                      {"o", HeaderName::event},
                                                      {"r", HeaderName::refer_to},
                                                      {"x", HeaderName::session_expires}};
  for (const auto& [text, name] : forms) {
    EXPECT_EQ(parse_header_name(text), name) << text;
    EXPECT_EQ(parse_header_name(std::string(1, static_cast<char>(text[0] - 32))), name) << text;
  }
}

TEST(NamesTest, LeavesOtherHeadersAlone) {
  for (const auto* text : {"", "z", "Vi", "Viaa", "Call_ID", "C%6Fntact", "X-To", "CallID"})
    EXPECT_EQ(parse_header_name(text), HeaderName::other) << text;
}

TEST(NamesTest, ReadsMethodsWithTheirCase) {
  EXPECT_EQ(parse_method("INVITE"), Method::invite);
  EXPECT_EQ(parse_method("UPDATE"), Method::update);
  EXPECT_EQ(parse_method("invite"), Method::other);
  EXPECT_EQ(parse_method("RE%47IST%45R"), Method::other);
  EXPECT_EQ(parse_method(""), Method::other);
  EXPECT_EQ(to_string(Method::register_), "REGISTER");
  EXPECT_EQ(to_string(Method::other), "");
}

TEST(NamesTest, HasThePhrasesOfTheRegistry) {
  EXPECT_EQ(reason_phrase(100), "Trying");
  EXPECT_EQ(reason_phrase(606), "Not Acceptable");
  EXPECT_EQ(reason_phrase(430), "Flow Failed");
  EXPECT_EQ(reason_phrase(299), "Unknown");
  EXPECT_EQ(reason_phrase(-1), "Unknown");
  EXPECT_EQ(reason_phrase(99999), "Unknown");
}

}  // namespace
}  // namespace sip
