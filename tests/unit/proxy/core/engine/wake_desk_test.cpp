#include "proxy/core/engine/wake_desk.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace proxy {
namespace {

using namespace std::chrono_literals;

class OneId final : public sip::IdSource {
 public:
  std::uint64_t next() override { return 1; }
};

/// A phone whose budget is one push in an hour.
class WakeDeskTest : public ::testing::Test {
 protected:
  static std::shared_ptr<const Settings> settings() {
    Settings settings;
    settings.webhook.emplace().url = "http://127.0.0.1:9/";
    settings.wake.budget.device = {1, 1h};
    return std::make_shared<const Settings>(settings);
  }
  WakeDeskTest() {
    at(0s);
    core_.directory.put_user({1, "bob@example.com", "Bob", "", "", "", true, {}});
    record::Device row;
    row.id = 7;
    row.user_id = 1;
    row.push = {"webhook", "p", "t"};
    core_.directory.add_device(row);
    book_.start_ids(40, 50);
  }
  void at(sip::Duration time) {
    core_.begin({sip::TimePoint{1h} + time, sip::WallTime{1'700'000'000'000ms} + time}, out_);
  }
  bool ask() { return desk_.ask(7, "a@b", 30s); }
  /// The legs that were written since.
  std::vector<record::Leg> kept() {
    std::vector<record::Leg> legs;
    for (const auto& action : out_.drain())
      if (const auto* write = std::get_if<Write>(&action))
        if (const auto* leg = std::get_if<record::Leg>(&write->change)) legs.push_back(*leg);
    return legs;
  }

  OneId ids_;
  sip::Outbox<Action> out_;
  Core core_{settings(), ids_};
  CallBook book_;
  WakeDesk desk_{core_, book_};
};

TEST_F(WakeDeskTest, KeepsAWakeThatItsBudgetWithholds) {
  EXPECT_TRUE(ask());
  desk_.device_came(7, false);
  EXPECT_TRUE(kept().empty());
  EXPECT_FALSE(ask());
  const auto legs = kept();
  ASSERT_EQ(legs.size(), 1U);
  EXPECT_EQ(legs[0].id, 51);
  EXPECT_EQ(legs[0].call_id, 0);
  EXPECT_EQ(legs[0].device_id, 7);
  EXPECT_EQ(legs[0].push_attempts, 0U);
  EXPECT_EQ(legs[0].push_result, "withheld: the push budget of the phone is used up");
  EXPECT_EQ(core_.directory.device(7)->row.last_result, legs[0].push_result);
  EXPECT_EQ(core_.counters.pushes_withheld, 1U);
}

TEST_F(WakeDeskTest, TellsOfAUsedUpBudgetEveryTenMinutesAtMost) {
  ask();
  desk_.device_came(7, false);
  ask();
  EXPECT_EQ(kept().size(), 1U);
  at(9min);
  ask();
  EXPECT_TRUE(kept().empty());
  at(10min);
  ask();
  EXPECT_EQ(kept().size(), 1U);
  EXPECT_EQ(core_.counters.pushes_withheld, 3U);
}

TEST_F(WakeDeskTest, KeepsAWakeThatTheServiceRefused) {
  ask();
  at(1s);
  EXPECT_TRUE(desk_.on_push({PushId{1}, PushOutcome::refused, "400 BadTopic"}));
  const auto legs = kept();
  ASSERT_EQ(legs.size(), 1U);
  EXPECT_EQ(legs[0].push_attempts, 1U);
  EXPECT_EQ(legs[0].push_result, "refused: 400 BadTopic");
  EXPECT_EQ(legs[0].pushed_at, sip::WallTime{1'700'000'000'000ms});
}

TEST_F(WakeDeskTest, KeepsNothingOfAWakeThatWasAccepted) {
  ask();
  EXPECT_TRUE(desk_.on_push({PushId{1}, PushOutcome::accepted, "200 OK"}));
  EXPECT_TRUE(kept().empty());
}

}  // namespace
}  // namespace proxy
