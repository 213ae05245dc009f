#include <gtest/gtest.h>

#include "web/api/json.hpp"
#include "web/api/plan.hpp"
#include "web/api/render.hpp"

namespace web::api {
namespace {

template <class T>
T asked(const Request& request) {
  const auto result = plan(request);
  const auto* task = std::get_if<Task>(&result);
  if (task == nullptr) {
    ADD_FAILURE() << std::get<Reply>(result).body;
    return {};
  }
  return std::get<T>(*task);
}

void expect_blamed(const std::string& target, std::string body, const std::string& field) {
  const auto result = plan({"POST", target, "application/json", std::move(body)});
  const auto* reply = std::get_if<Reply>(&result);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->status, 400) << reply->body;
  EXPECT_EQ(Json::parse(reply->body).value("field", ""), field) << reply->body;
}

TEST(TrunkPlans, ListsBecomeLines) {
  const auto task = asked<AddTrunk>(
      {"POST", "/api/v1/trunks", "application/json",
       R"({"name":"one","targets":["a","b;priority=2"],"sources":[],"register":true,"probe_s":30})"});
  EXPECT_EQ(task.fields.name, "one");
  EXPECT_EQ(task.fields.targets, "a\nb;priority=2");
  EXPECT_EQ(task.fields.sources, "");
  EXPECT_EQ(task.fields.registers, true);
  EXPECT_EQ(task.fields.probe, 30U);
  EXPECT_EQ(task.fields.password, std::nullopt);
}

TEST(TrunkPlans, ARowIsNamedByIdOrByName) {
  EXPECT_EQ(asked<ReadTrunk>({"GET", "/api/v1/trunks/7", "", ""}).which,
            (proxy::record::RowName{7, ""}));
  EXPECT_EQ(asked<RemoveRoute>({"DELETE", "/api/v1/routes/to%20town", "", ""}).which,
            (proxy::record::RowName{0, "to town"}));
}

TEST(TrunkPlans, NamesTheFieldThatIsWrong) {
  expect_blamed("/api/v1/trunks", "{}", "name");
  expect_blamed("/api/v1/trunks", R"({"name":"a","colour":1})", "colour");
  for (const auto* targets : {"\"a\"", "[1]", "[\"\"]", "[\"a\\nb\"]", "null", "{}"})
    expect_blamed("/api/v1/trunks", R"({"name":"a","targets":)" + std::string{targets} + "}",
                  "targets");
  std::string many = R"({"name":"a","targets":["x")";
  for (int i = 0; i < 64; ++i) many += ",\"x\"";
  expect_blamed("/api/v1/trunks", many + "]}", "targets");
  for (const auto* number : {"-1", "1.5", "\"1\"", "4294967296", "1e300", "null"})
    expect_blamed("/api/v1/routes", R"({"name":"a","strip":)" + std::string{number} + "}", "strip");
}

TEST(TrunkPlans, AChangeHeedsTheVersion) {
  const auto task = asked<ChangeRoute>({.method = "PATCH",
                                        .target = "/api/v1/routes/1",
                                        .content_type = "application/json",
                                        .body = R"({"enabled":false})",
                                        .if_match = "\"1f\""});
  EXPECT_EQ(task.if_match.size(), 1U);
  EXPECT_EQ(task.fields.enabled, false);
  EXPECT_EQ(task.fields.trunk, std::nullopt);
}

TEST(TrunkPlans, ATestNeedsANumber) {
  const auto task =
      asked<TestRoute>({"GET", "/api/v1/route-test?number=%2B49&from=a@b&trunk=t", "", ""});
  EXPECT_EQ(task, (TestRoute{"+49", "a@b", "t"}));
  const auto result = plan({"GET", "/api/v1/route-test", "", ""});
  EXPECT_EQ(std::get<Reply>(result).status, 400);
}

TEST(Trunk, IsShownWithoutItsSecrets) {
  proxy::record::Trunk row;
  row.id = 7;
  row.name = "one";
  row.targets = "a\nb";
  row.password = "very secret";
  const auto reply = render(OneTrunk{row, true});
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body.find("secret\""), std::string::npos);
  const auto body = Json::parse(reply.body);
  EXPECT_EQ(body.at("targets"), (Json{"a", "b"}));
  EXPECT_EQ(body.at("has_password"), true);
  EXPECT_EQ(body.at("has_inbound_password"), false);
  EXPECT_FALSE(body.contains("password"));
}

TEST(Trunk, ItsVersionChangesWithItsSecret) {
  proxy::record::Trunk row;
  const auto before = render(OneTrunk{row, false}).headers;
  row.password = "x";
  EXPECT_NE(render(OneTrunk{row, false}).headers, before);
}

TEST(Route, ShowsNullForTheEndsItHasNot) {
  proxy::record::Route row;
  row.reject = 403;
  const auto body = Json::parse(render(OneRoute{row, false}).body);
  EXPECT_TRUE(body.at("trunk").is_null());
  EXPECT_TRUE(body.at("user").is_null());
  EXPECT_EQ(body.at("reject"), 403);
}

}  // namespace
}  // namespace web::api
