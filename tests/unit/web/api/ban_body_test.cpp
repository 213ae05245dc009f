#include <gtest/gtest.h>

#include "web/api/json.hpp"
#include "web/api/plan.hpp"
#include "web/api/render.hpp"

namespace web::api {
namespace {

Plan post(std::string body) {
  return plan({"POST", "/api/v1/bans", "application/json", std::move(body)});
}

AddBan asked(std::string body) {
  const auto result = post(std::move(body));
  const auto* task = std::get_if<Task>(&result);
  if (task == nullptr) return {std::get<Reply>(result).body, {}, {}};
  return std::get<AddBan>(*task);
}

void expect_blamed(std::string body, const std::string& field) {
  const auto result = post(std::move(body));
  const auto* reply = std::get_if<Reply>(&result);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->status, 400) << reply->body;
  EXPECT_EQ(Json::parse(reply->body).value("field", ""), field) << reply->body;
}

TEST(AddBan, NeedsOnlyTheAddress) {
  EXPECT_EQ(asked(R"({"address":"192.0.2.1"})"), (AddBan{"192.0.2.1", "", std::nullopt}));
}

TEST(AddBan, TakesAReasonAndALength) {
  EXPECT_EQ(asked(R"({"address":"2001:db8::/64","reason":"noise","duration_s":3600})"),
            (AddBan{"2001:db8::/64", "noise", 3600}));
}

TEST(AddBan, NamesTheFieldThatIsWrong) {
  expect_blamed("{}", "address");
  expect_blamed(R"({"address":"a","minutes":1})", "minutes");
  for (const auto* length :
       {"0", "-1", "1.5", "\"1h\"", "31536001", "18446744073709551615", "1e300", "true", "null"})
    expect_blamed(R"({"address":"a","duration_s":)" + std::string{length} + "}", "duration_s");
}

TEST(Ban, IsShownWithItsTimes) {
  const sip::WallTime start{std::chrono::seconds{1'709'208'000}};
  const proxy::record::Ban ban{7, "192.0.2.1", "wrong passwords",
                               2, start,       start + std::chrono::minutes{5}};
  const auto reply = render(CreatedBan{ban});
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body,
            R"({"id":7,"address":"192.0.2.1","reason":"wrong passwords","count":2,)"
            R"("created_at":"2024-02-29T12:00:00.000Z","expires_at":"2024-02-29T12:05:00.000Z"})"
            "\n");
  EXPECT_EQ(Json::parse(render(Bans{{ban}, true}).body).at("next"), "b7");
}

}  // namespace
}  // namespace web::api
