#include "app/demo/seen_request.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace app::demo {
namespace {

TEST(SeenRequest, ShowsALineForEachFieldAndTheBodyIndented) {
  SeenRequest request;
  request.line = "POST /push";
  request.headers = {{"ttl", "30"}};
  request.read = {{"its token:", "{}"}};
  request.body = R"({"a":1})";
  EXPECT_EQ(text_of(request),
            "    POST /push\n    ttl: 30\n    its token: {}\n    {\n      \"a\": 1\n    }\n");
}

TEST(SeenRequest, CutsCredentialsShort) {
  SeenRequest request;
  request.headers = {{"authorization", "bearer " + std::string(100, 'x')}};
  EXPECT_NE(text_of(request).find("authorization: bearer xxxxxxxxxxxxxxxxx…\n"), std::string::npos);
}

TEST(SeenRequest, LetsNoOtherLineIn) {
  SeenRequest request;
  request.line = "POST /a\nb\x1B[2J";
  const auto text = text_of(request);
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(SeenRequest, SaysThatThereWasNoBody) {
  EXPECT_NE(text_of({}).find("(no body)"), std::string::npos);
}

}  // namespace
}  // namespace app::demo
