#include "proxy/runtime/control/question.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime::control {
namespace {

TEST(Question, IsReadAsItWasWritten) {
  const auto read = decode_question(encode(Question{"POST", "/x?y=1", "text/csv", "a\nb\"c"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->method, "POST");
  EXPECT_EQ(read->target, "/x?y=1");
  EXPECT_EQ(read->content_type, "text/csv");
  EXPECT_EQ(read->body, "a\nb\"c");
}

TEST(Question, IsOneLine) {
  EXPECT_EQ(encode(Question{"GET", "/", "", "a\nb"}).find('\n'), std::string::npos);
}

TEST(Question, IsNothingElse) {
  for (const auto* line : {"", "{", "[]", "{}", R"({"cmd":"add_user"})", R"({"cmd":["api"]})",
                           R"({"cmd":"api","x":{"y":{}}})"})
    EXPECT_FALSE(decode_question(line)) << line;
}

TEST(Told, IsReadAsItWasWritten) {
  const auto read = decode_told(encode(Told{404, "application/problem+json", "{}\n"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->status, 404);
  EXPECT_EQ(read->content_type, "application/problem+json");
  EXPECT_EQ(read->body, "{}\n");
  EXPECT_FALSE(decode_told(R"({"ok":true})"));
}

}  // namespace
}  // namespace proxy::runtime::control
