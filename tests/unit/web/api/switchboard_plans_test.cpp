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

std::string blamed(const char* method, const char* target, std::string body) {
  const auto result = plan({method, target, "application/json", std::move(body)});
  const auto* reply = std::get_if<Reply>(&result);
  return reply ? Json::parse(reply->body).value("field", "") : "nothing";
}

Request patch_user(std::string body) {
  return {"PATCH", "/api/v1/users/a@b.c", "application/json", std::move(body)};
}

TEST(SwitchboardPlans, AUsersWishesAreRead) {
  const auto change = asked<ChangeUser>(
      patch_user(R"({"do_not_disturb":true,"forward_busy":"*97","forward_no_answer_s":5})"));
  EXPECT_EQ(change.forwarding.do_not_disturb, true);
  EXPECT_EQ(change.forwarding.busy, "*97");
  EXPECT_EQ(change.forwarding.no_answer_s, 5U);
  EXPECT_EQ(change.forwarding.always, std::nullopt);
}

TEST(SwitchboardPlans, NullTakesAForwardBack) {
  const auto change =
      asked<ChangeUser>(patch_user(R"({"forward_always":null,"forward_not_reachable":""})"));
  EXPECT_EQ(change.forwarding.always, "");
  EXPECT_EQ(change.forwarding.not_reachable, "");
}

TEST(SwitchboardPlans, NamesTheFieldThatIsWrong) {
  constexpr auto user = "/api/v1/users/a@b.c";
  EXPECT_EQ(blamed("PATCH", user, R"({"forward_busy":1})"), "forward_busy");
  EXPECT_EQ(blamed("PATCH", user, R"({"do_not_disturb":null})"), "do_not_disturb");
  EXPECT_EQ(blamed("PATCH", user, R"({"forward_no_answer_s":-1})"), "forward_no_answer_s");
  EXPECT_EQ(blamed("POST", "/api/v1/groups", "{}"), "aor");
  EXPECT_EQ(blamed("POST", "/api/v1/groups", R"({"aor":"a@b","members":"x"})"), "members");
  EXPECT_EQ(blamed("POST", "/api/v1/groups", R"({"aor":"a@b","colour":1})"), "colour");
  EXPECT_EQ(blamed("PATCH", "/api/v1/groups/a@b", "{}"), "");
}

TEST(SwitchboardPlans, AGroupIsNamedByItsAddress) {
  EXPECT_EQ(asked<ReadGroup>({"GET", "/api/v1/groups/600@b.c", "", ""}).aor, "600@b.c");
  const auto change = asked<ChangeGroup>({.method = "PATCH",
                                          .target = "/api/v1/groups/600@b.c",
                                          .content_type = "application/json",
                                          .body = R"({"members":["x@b.c","y@b.c"]})",
                                          .if_match = "\"1f\""});
  EXPECT_EQ(change.aor, "600@b.c");
  EXPECT_EQ(change.fields.members, "x@b.c\ny@b.c");
  EXPECT_EQ(change.if_match.size(), 1U);
}

TEST(SwitchboardPlans, AGroupIsShownWhole) {
  proxy::record::Group row;
  row.id = 3;
  row.aor = "600@b.c";
  row.members = "x@b.c\ny@b.c";
  const auto reply = render(OneGroup{row, true});
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body,
            R"({"id":3,"aor":"600@b.c","enabled":true,"strategy":"parallel","ring_s":20,)"
            R"("members":["x@b.c","y@b.c"],"forward_no_answer":null,)"
            R"("created_at":"1970-01-01T00:00:00.000Z"})"
            "\n");
  const auto at =
      std::ranges::find(reply.headers, "Location", [](const auto& h) { return h.first; });
  ASSERT_NE(at, reply.headers.end());
  EXPECT_EQ(at->second, "/api/v1/groups/600@b.c");
}

}  // namespace
}  // namespace web::api
