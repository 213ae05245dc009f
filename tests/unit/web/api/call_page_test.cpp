#include "web/api/call_page.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

using proxy::record::CallState;
using proxy::view::CallView;

CallView call(std::int64_t id, CallState state = CallState::held) {
  CallView view;
  view.call.id = id;
  view.call.state = state;
  return view;
}

proxy::view::Calls live(std::initializer_list<std::int64_t> ids, bool more = false) {
  proxy::view::Calls part;
  for (const auto id : ids) part.calls.push_back(call(id));
  part.more = more;
  return part;
}

std::vector<CallView> ended(std::initializer_list<std::int64_t> ids) {
  std::vector<CallView> calls;
  for (const auto id : ids) calls.push_back(call(id, CallState::ended));
  return calls;
}

using Ids = std::vector<std::int64_t>;
Ids ids(const Calls& page) {
  Ids out;
  for (const auto& view : page.calls) out.push_back(view.call.id);
  return out;
}

TEST(CallPage, ListsLiveCallsBeforeEndedOnesNewestFirst) {
  CallPage page{{std::nullopt, {}, 10}};
  page.add_live(live({3, 9}));
  page.add_ended(ended({8, 2}), false);
  const auto result = std::move(page).finish();
  EXPECT_EQ(ids(result), (Ids{9, 3, 8, 2}));
  EXPECT_EQ(result.next, std::nullopt);
}

TEST(CallPage, AsksTheEngineUntilItHasNoMore) {
  CallPage page{{CallState::held, {}, 2}};
  ASSERT_TRUE(page.next_live());
  EXPECT_EQ(page.next_live()->after_id, 0);
  EXPECT_EQ(page.next_live()->state, CallState::held);
  page.add_live(live({1, 2, 3}, true));
  ASSERT_TRUE(page.next_live());
  EXPECT_EQ(page.next_live()->after_id, 3);
  page.add_live(live({4, 5}));
  EXPECT_FALSE(page.next_live());
  const auto result = std::move(page).finish();
  EXPECT_EQ(ids(result), (Ids{5, 4}));
  EXPECT_EQ(result.next, (CallCursor{false, 4}));
}

TEST(CallPage, GoesOnBelowTheCursor) {
  CallPage page{{CallState::held, {false, 4}, 2}};
  page.add_live(live({1, 2, 3, 4, 5}, true));
  EXPECT_FALSE(page.next_live()) << "ids only grow: nothing below the cursor can follow";
  const auto result = std::move(page).finish();
  EXPECT_EQ(ids(result), (Ids{3, 2}));
  EXPECT_EQ(result.next, (CallCursor{false, 2}));
}

TEST(CallPage, ALiveStateWantsNoEndedCalls) {
  CallPage page{{CallState::active, {}, 10}};
  page.add_live(live({1}));
  EXPECT_FALSE(page.wanted_ended());
  EXPECT_EQ(std::move(page).finish().next, std::nullopt);
}

TEST(CallPage, EndedCallsAloneDoNotAskTheEngine) {
  CallPage page{{CallState::ended, {true, 7}, 3}};
  EXPECT_FALSE(page.next_live());
  ASSERT_TRUE(page.wanted_ended());
  EXPECT_EQ(page.wanted_ended()->before, 7);
  EXPECT_EQ(page.wanted_ended()->limit, 3U);
  page.add_ended(ended({6, 5, 4}), true);
  const auto result = std::move(page).finish();
  EXPECT_EQ(ids(result), (Ids{6, 5, 4}));
  EXPECT_EQ(result.next, (CallCursor{true, 4}));
}

TEST(CallPage, FillsThePageWithEndedCalls) {
  CallPage page{{std::nullopt, {}, 5}};
  page.add_live(live({1, 2}));
  ASSERT_TRUE(page.wanted_ended());
  EXPECT_EQ(page.wanted_ended()->limit, 3U);
  EXPECT_EQ(page.wanted_ended()->before, 0);
}

TEST(CallPage, APageFullOfLiveCallsGoesOnWithTheEndedOnes) {
  CallPage page{{std::nullopt, {}, 2}};
  page.add_live(live({1, 2}));
  EXPECT_FALSE(page.wanted_ended());
  EXPECT_EQ(std::move(page).finish().next, (CallCursor{true, 0}));
}

TEST(CallPage, TheSecondLivePageIsFollowedByEveryEndedCall) {
  CallPage page{{std::nullopt, {false, 2}, 5}};
  page.add_live(live({1, 2, 3}));
  ASSERT_TRUE(page.wanted_ended());
  EXPECT_EQ(page.wanted_ended()->before, 0) << "the live cursor says nothing about ended calls";
}

TEST(CallPage, ACallThatEndsBetweenTheQuestionsIsListedOnce) {
  CallPage page{{std::nullopt, {}, 10}};
  page.add_live(live({5}));
  page.add_ended(ended({5, 4}), false);
  EXPECT_EQ(ids(std::move(page).finish()), (Ids{5, 4}));
}

TEST(CallPage, AnEmptyAnswerThatPromisesMoreIsNotAskedAgain) {
  CallPage page{{CallState::held, {}, 10}};
  page.add_live(live({}, true));
  EXPECT_FALSE(page.next_live());
}

TEST(CallPage, TheLastFullPageOfEndedCallsHasNoNext) {
  CallPage page{{std::nullopt, {true, 0}, 2}};
  page.add_ended(ended({2, 1}), false);
  EXPECT_EQ(std::move(page).finish().next, std::nullopt);
}

}  // namespace
}  // namespace web::api
