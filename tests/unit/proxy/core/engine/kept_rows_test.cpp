#include "proxy/core/engine/kept_rows.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace proxy {
namespace {

using namespace std::chrono_literals;
using record::Erase;
using record::Leg;
using record::LegState;
using record::Table;

constexpr sip::TimePoint start{1h};

Leg leg(std::int64_t id, LegState state) {
  Leg row;
  row.id = id;
  row.state = state;
  return row;
}

TEST(KeptRows, WritesNothingAgainThatWasCommitted) {
  KeptRows kept;
  kept.wrote(1, leg(1, LegState::pushed));
  kept.on_committed(1);
  kept.on_store_failed(2, 2, start);
  EXPECT_EQ(kept.next_deadline(), std::nullopt);
}

TEST(KeptRows, WritesALostRowAgainASecondLaterAndOnce) {
  KeptRows kept;
  kept.wrote(1, leg(1, LegState::pushed));
  kept.on_store_failed(1, 1, start);
  EXPECT_EQ(kept.next_deadline(), start + 1s);
  EXPECT_TRUE(kept.take_due(start + 999ms).empty());
  const auto due = kept.take_due(start + 1s);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(std::get<Leg>(due[0]), leg(1, LegState::pushed));
  EXPECT_TRUE(kept.take_due(start + 10s).empty());
  EXPECT_EQ(kept.next_deadline(), std::nullopt);
}

TEST(KeptRows, NeverPutsAnOlderRowOverANewerOne) {
  KeptRows kept;
  kept.wrote(1, leg(1, LegState::pushed));
  kept.wrote(2, leg(1, LegState::won));
  kept.on_store_failed(1, 1, start);
  kept.on_committed(2);
  EXPECT_TRUE(kept.take_due(start + 1s).empty());

  kept.wrote(3, leg(2, LegState::pushed));
  kept.on_store_failed(3, 3, start);
  kept.wrote(4, leg(2, LegState::lost));
  EXPECT_TRUE(kept.take_due(start + 1s).empty());
}

TEST(KeptRows, WritesTheNewestOfSeveralLostVersions) {
  KeptRows kept;
  kept.wrote(1, leg(1, LegState::pushed));
  kept.wrote(2, leg(1, LegState::awake));
  kept.on_store_failed(1, 2, start);
  const auto due = kept.take_due(start + 1s);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(std::get<Leg>(due[0]).state, LegState::awake);
}

TEST(KeptRows, WritesTheMessagesOfACallAgainBehindIt) {
  KeptRows kept;
  const record::MessageHead first{7, 0, "INVITE"};
  const record::MessageHead second{7, 4, "SIP/2.0 180"};
  record::Call call;
  call.id = 7;
  kept.wrote(1, second);
  kept.wrote(1, first);
  kept.wrote(1, call);
  kept.on_store_failed(1, 1, start);
  const auto due = kept.take_due(start + 1s);
  EXPECT_EQ(due, (std::vector<record::Change>{call, first, second}));
}

TEST(KeptRows, TakesAnErasureForTheNewestWordOnItsRow) {
  KeptRows kept;
  kept.wrote(1, record::CallInvite{7, "INVITE", "flow"});
  kept.wrote(2, Erase{Table::call_invite, 7});
  kept.on_store_failed(1, 2, start);
  const auto due = kept.take_due(start + 1s);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(std::get<Erase>(due[0]), (Erase{Table::call_invite, 7}));
}

}  // namespace
}  // namespace proxy
