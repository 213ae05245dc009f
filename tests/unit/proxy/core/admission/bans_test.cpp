#include "proxy/core/admission/bans.hpp"

#include <gtest/gtest.h>

#include "proxy/core/settings/source.hpp"

namespace proxy::admission {
namespace {

using namespace std::chrono_literals;

class BansTest : public ::testing::Test {
 protected:
  sip::Address source(std::string_view text = "192.0.2.1") { return *parse_source(text); }
  record::Ban ban(std::string_view text = "192.0.2.1") {
    return bans_.add(source(text), "wrong passwords", std::nullopt, times_, now_).row;
  }
  void pass(sip::Duration time) {
    now_ = {now_.mono + time, now_.wall + time};
    while (auto due = bans_.pop_due(times_, now_.mono)) due_.push_back(*due);
  }
  bool banned(std::string_view text = "192.0.2.1") {
    return bans_.is_banned(source(text), now_.mono);
  }

  BanTimes times_{{1min, 5min, 30min}, 24h};
  Bans bans_{4};
  sip::Instant now_{sip::TimePoint{1h}, sip::WallTime{1'000h}};
  std::vector<Bans::Due> due_;
};

TEST_F(BansTest, EndsByItself) {
  const auto row = ban();
  EXPECT_EQ(row.address, "192.0.2.1");
  EXPECT_EQ(row.expires_at - row.created_at, 1min);
  pass(1min - 1ms);
  EXPECT_TRUE(banned());
  pass(1ms);
  EXPECT_FALSE(banned());
  ASSERT_EQ(due_.size(), 1U);
  EXPECT_FALSE(due_[0].forgotten);
  EXPECT_EQ(bans_.active(), 0U);
}

TEST_F(BansTest, GrowsForASourceThatComesBack) {
  std::vector<sip::Duration> lengths;
  for (int i = 0; i < 5; ++i) {
    const auto row = ban();
    EXPECT_EQ(row.count, static_cast<std::uint32_t>(i + 1));
    EXPECT_EQ(row.id, 1);
    lengths.push_back(row.expires_at - row.created_at);
    pass(lengths.back());
  }
  EXPECT_EQ(lengths, (std::vector<sip::Duration>{1min, 5min, 30min, 30min, 30min}));
}

TEST_F(BansTest, IsForgottenAfterAQuietTime) {
  ban();
  pass(1min);
  pass(24h);
  ASSERT_EQ(due_.size(), 2U);
  EXPECT_TRUE(due_[1].forgotten);
  EXPECT_TRUE(bans_.empty());
  EXPECT_EQ(ban().count, 1U);
}

TEST_F(BansTest, OfOneSourceIsNotThatOfAnother) {
  ban("192.0.2.1");
  EXPECT_FALSE(banned("192.0.2.2"));
}

TEST_F(BansTest, CoversTheWholeSlash64OfAnIpv6Address) {
  EXPECT_EQ(ban("2001:db8:0:1::5").address, "2001:db8:0:1::/64");
  EXPECT_TRUE(banned("2001:db8:0:1:ffff::1"));
  EXPECT_FALSE(banned("2001:db8:0:2::5"));
}

TEST_F(BansTest, ThatIsLiftedIsForgotten) {
  const auto id = ban().id;
  EXPECT_EQ(bans_.lift(id)->address, "192.0.2.1");
  EXPECT_FALSE(banned());
  EXPECT_FALSE(bans_.lift(id));
  EXPECT_EQ(ban().count, 1U);
}

TEST_F(BansTest, ByHandLastsAsLongAsItSays) {
  const auto row = bans_.add(source(), "by hand", 48h, times_, now_).row;
  EXPECT_EQ(row.expires_at - row.created_at, 48h);
}

TEST_F(BansTest, SurvivesARestart) {
  const auto row = ban();
  pass(20s);
  Bans after{4};
  // Another boot: the monotonic clock begins somewhere else.
  const sip::Instant later{sip::TimePoint{5s}, now_.wall};
  EXPECT_TRUE(after.load({row}, 1, times_, later).empty());
  EXPECT_TRUE(after.is_banned(source(), later.mono + 40s - 1ms));
  EXPECT_FALSE(after.is_banned(source(), later.mono + 40s));
  EXPECT_EQ(after.add(source("192.0.2.9"), "", std::nullopt, times_, later).row.id, 2);
}

TEST_F(BansTest, ThatHasEndedCountsAfterARestartToo) {
  const auto row = ban();
  Bans after{4};
  const sip::Instant later{sip::TimePoint{5s}, now_.wall + 1h};
  after.load({row}, 1, times_, later);
  EXPECT_FALSE(after.is_banned(source(), later.mono));
  EXPECT_EQ(after.active(), 0U);
  EXPECT_EQ(after.add(source(), "", std::nullopt, times_, later).row.count, 2U);
}

TEST_F(BansTest, DoesNotLastForEverWhenTheWallClockWasSetBack) {
  auto row = ban();
  row.expires_at += 24h * 365 * 50;
  Bans after{4};
  after.load({row}, 1, times_, now_);
  EXPECT_FALSE(after.is_banned(source(), now_.mono + longest_ban));
}

TEST_F(BansTest, LoadedTwiceOrWithoutAnAddressIsGivenBack) {
  auto row = ban();
  auto again = row;
  again.id = 7;
  auto odd = row;
  odd.id = 9;
  odd.address = "nobody";
  Bans after{4};
  EXPECT_EQ(after.load({row, again, odd}, 9, times_, now_), (std::vector<std::int64_t>{1, 9}));
  EXPECT_NE(after.find(7), nullptr);
}

TEST_F(BansTest, TheTableForgetsWhatHasEndedAndThenWhatEndsFirst) {
  ban("192.0.2.1");
  pass(1min);  // over, and remembered
  bans_.add(source("192.0.2.2"), "", 10min, times_, now_);
  bans_.add(source("192.0.2.3"), "", 5min, times_, now_);
  bans_.add(source("192.0.2.4"), "", 20min, times_, now_);
  EXPECT_EQ(bans_.add(source("192.0.2.5"), "", 30min, times_, now_).gone, 1);
  EXPECT_EQ(bans_.add(source("192.0.2.6"), "", 30min, times_, now_).gone, 3);
  EXPECT_TRUE(banned("192.0.2.2"));
  EXPECT_FALSE(banned("192.0.2.3"));
  EXPECT_EQ(bans_.active(), 4U);
}

TEST_F(BansTest, PutBackIsAsItWas) {
  const auto first = ban();
  bans_.add(source(), "by hand", 48h, times_, now_);
  bans_.put_back(first, times_, now_);
  EXPECT_EQ(*bans_.find(source()), first);
  EXPECT_EQ(bans_.active(), 1U);
  pass(1min);
  EXPECT_FALSE(banned());
}

}  // namespace
}  // namespace proxy::admission
