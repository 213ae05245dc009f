#include <gtest/gtest.h>

#include "web/api/call_page.hpp"
#include "web/api/plan.hpp"

namespace web::api {
namespace {

using proxy::record::CallState;

sip::WallTime at(int seconds) { return sip::WallTime{std::chrono::seconds{seconds}}; }

proxy::record::Call call() {
  proxy::record::Call row;
  row.id = 1;
  row.caller = "sip:alice@example.com";
  row.callee = "bob@example.com";
  row.started_at = at(100);
  row.end_reason = "not woken";
  return row;
}

TEST(CallFilter, IsReadFromTheQuery) {
  const auto result = plan({"GET",
                            "/api/v1/calls?user=bob%40Example.com&from=1970-01-01T00:01:40Z"
                            "&to=1970-01-01T00:01:41Z&outcome=not%20woken",
                            "", ""});
  const auto* task = std::get_if<Task>(&result);
  ASSERT_NE(task, nullptr);
  EXPECT_EQ(std::get<ListCalls>(*task).filter,
            (CallFilter{"bob@example.com", at(100), at(101), "not woken"}));
}

TEST(CallFilter, WantsTheCallsOfAUserOnEitherSide) {
  EXPECT_TRUE(wants({"bob@example.com"}, call()));
  EXPECT_TRUE(wants({"alice@example.com"}, call()));
  EXPECT_FALSE(wants({"carol@example.com"}, call()));
  EXPECT_FALSE(wants({"lice@example.com"}, call()));
}

TEST(CallFilter, WantsWhatBeganFromThenAndBeforeThat) {
  EXPECT_TRUE(wants({"", at(100), at(101)}, call()));
  EXPECT_FALSE(wants({"", at(101), std::nullopt}, call()));
  EXPECT_FALSE(wants({"", std::nullopt, at(100)}, call()));
}

TEST(CallFilter, WantsWhatEndedSo) {
  EXPECT_TRUE(wants({"", {}, {}, "not woken"}, call()));
  EXPECT_FALSE(wants({"", {}, {}, "answered"}, call()));
}

TEST(CallFilter, LeavesOutLiveCallsToo) {
  CallPage page{ListCalls{std::nullopt, {}, 50, {"carol@example.com"}}};
  page.add_live({{{call(), {}}}, false});
  EXPECT_TRUE(std::move(page).finish().calls.empty());
}

TEST(CallFilter, LeadsOnFromWhereItLookedTo) {
  CallPage page{ListCalls{CallState::ended, {true, 0}, 50, {"carol@example.com"}}};
  page.looked_down_to(7);
  const auto found = std::move(page).finish();
  EXPECT_TRUE(found.calls.empty());
  EXPECT_EQ(found.next, (CallCursor{true, 7}));
}

}  // namespace
}  // namespace web::api
