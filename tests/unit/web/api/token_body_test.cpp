#include <gtest/gtest.h>

#include "web/api/json.hpp"
#include "web/api/plan.hpp"
#include "web/api/render.hpp"

namespace web::api {
namespace {

Plan make(std::string body) {
  return plan({"POST", "/api/v1/tokens", "application/json", std::move(body)});
}

void expect_made(const Plan& result, const AddToken& wanted) {
  const auto* task = std::get_if<Task>(&result);
  ASSERT_NE(task, nullptr) << std::get<Reply>(result).body;
  EXPECT_EQ(std::get<AddToken>(*task), wanted);
}

void expect_blamed(const Plan& result, const std::string& field) {
  const auto* reply = std::get_if<Reply>(&result);
  ASSERT_NE(reply, nullptr) << field;
  EXPECT_EQ(reply->status, 400);
  EXPECT_EQ(Json::parse(reply->body).value("field", ""), field);
}

TEST(TokenBody, MayNameEverything) {
  expect_made(make(R"({"name":"n","scope":"read","expires_in_s":60})"),
              AddToken{"n", Scope::read, 60});
}

TEST(TokenBody, IsForEverythingAndForeverUnlessItSaysOtherwise) {
  expect_made(make(R"({"name":"n"})"), AddToken{"n", Scope::admin, std::nullopt});
}

TEST(TokenBody, BlamesTheFieldThatIsWrong) {
  expect_blamed(make(R"({})"), "name");
  expect_blamed(make(R"({"name":""})"), "name");
  expect_blamed(make(R"({"name":"n","scope":"root"})"), "scope");
  expect_blamed(make(R"({"name":"n","scope":["read"]})"), "scope");
  expect_blamed(make(R"({"name":"n","hash":"x"})"), "hash");
  for (const auto* bad : {"0", "-1", "315360001", "1e3", "18446744073709551615", "\"60\"", "true"})
    expect_blamed(make(std::string{R"({"name":"n","expires_in_s":)"} + bad + "}"), "expires_in_s");
}

TEST(TokenBody, ShowsTheSecretOnlyWhenItIsMade) {
  proxy::record::ApiToken token;
  token.id = 3;
  token.name = "n";
  token.hash = "the-hash";
  const auto made = render(TokenMade{token, "sw_secret"});
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(Json::parse(made.body).at("token"), "sw_secret");
  EXPECT_EQ(made.body.find("the-hash"), std::string::npos);
  const auto read = render(OneToken{token});
  EXPECT_FALSE(Json::parse(read.body).contains("token"));
  EXPECT_EQ(read.body.find("the-hash"), std::string::npos);
}

}  // namespace
}  // namespace web::api
