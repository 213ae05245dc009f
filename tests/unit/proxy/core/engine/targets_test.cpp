#include "proxy/core/engine/targets.hpp"

#include <gtest/gtest.h>

namespace proxy {
namespace {

using namespace std::chrono_literals;
using sip::locate::Failure;
using sip::locate::Kind;

struct NoDice : sip::IdSource {
  std::uint64_t next() override { return 0; }
};

/// A name with a port, so that one look-up is one question.
struct Fixture : testing::Test {
  sip::TimePoint at(sip::Duration since) const { return sip::TimePoint{1h} + since; }
  void answer(const std::vector<const char*>& addresses, std::chrono::seconds ttl,
              sip::Duration when) {
    for (const auto& question : targets.take_questions()) {
      sip::locate::Answer said;
      for (const char* address : addresses)
        said.records.push_back({"pbx.test", ttl, *sip::Address::parse(address)});
      targets.on_resolved({question.id, said}, at(when));
    }
  }
  void fail(sip::Duration when) {
    for (const auto& question : targets.take_questions())
      targets.on_resolved({question.id, {{}, Failure::refused}}, at(when));
  }
  std::string order(sip::Duration when) {
    std::string out;
    for (const auto& target : targets.order(dice, at(when)))
      out += target.endpoint.address.to_string().back();
    return out;
  }
  std::size_t asked() { return targets.take_questions().size(); }
  sip::locate::Target target(const char* address) {
    return {sip::Transport::udp, {*sip::Address::parse(address), 5060}};
  }

  NoDice dice;
  Targets targets{{"pbx.test", 5060, sip::Transport::udp, false}, {sip::Transport::udp}, 0};
};

struct TargetsTest : Fixture {};

TEST_F(TargetsTest, LooksUntilTheAnswerComes) {
  EXPECT_FALSE(targets.looking());
  targets.look(at(0s));
  EXPECT_TRUE(targets.looking());
  EXPECT_EQ(order(0s), "");
  answer({"192.0.2.1", "192.0.2.2"}, 60s, 1s);
  EXPECT_FALSE(targets.looking());
  EXPECT_EQ(order(1s), "12");
}

TEST_F(TargetsTest, KnowsAnAddressForGoodAndWaitsForNothing) {
  Targets address{{"192.0.2.7", 5060, sip::Transport::udp, false}, {sip::Transport::udp}, 0};
  address.look(at(0s));
  EXPECT_TRUE(address.take_questions().empty());
  EXPECT_FALSE(address.next_deadline());
  EXPECT_EQ(address.order(dice, at(24h)).size(), 1U);
  EXPECT_FALSE(address.next_deadline());
}

TEST_F(TargetsTest, GivesUpALookUpAfter5Seconds) {
  targets.look(at(0s));
  const auto questions = targets.take_questions();
  EXPECT_EQ(targets.next_deadline(), at(5s));
  EXPECT_FALSE(targets.on_deadline(at(4999ms)));
  EXPECT_TRUE(targets.on_deadline(at(5s)));
  EXPECT_FALSE(targets.looking());
  EXPECT_EQ(targets.trouble(), "no name server answered");
  // Too late: nobody waits for it any more.
  EXPECT_FALSE(targets.on_resolved(
      {questions.at(0).id, {{{"pbx.test", 9s, *sip::Address::parse("192.0.2.1")}}, Failure::none}},
      at(6s)));
  EXPECT_EQ(order(6s), "");
}

TEST_F(TargetsTest, AsksAgain10SecondsAfterAFailureAndNotBefore) {
  targets.look(at(0s));
  fail(1s);
  EXPECT_EQ(order(2s), "");
  EXPECT_EQ(asked(), 0U);
  EXPECT_EQ(targets.next_deadline(), at(11s));
  targets.on_deadline(at(11s));
  EXPECT_EQ(asked(), 1U);
}

TEST_F(TargetsTest, RefreshesWhenUsedPast80PercentOfTheTtl) {
  targets.look(at(0s));
  answer({"192.0.2.1"}, 100s, 0s);
  order(79s);
  EXPECT_EQ(asked(), 0U);
  order(80s);
  EXPECT_EQ(asked(), 1U);
  order(80s);
  EXPECT_EQ(asked(), 0U);  // under way
}

TEST_F(TargetsTest, RefreshesUnusedAtTheEndOfTheTtl) {
  targets.look(at(0s));
  answer({"192.0.2.1"}, 100s, 0s);
  EXPECT_EQ(targets.next_deadline(), at(100s));
  targets.on_deadline(at(100s));
  answer({"192.0.2.2"}, 100s, 101s);
  EXPECT_EQ(order(101s), "2");
}

TEST_F(TargetsTest, HoldsEveryTtlBetween5SecondsAndAnHour) {
  targets.look(at(0s));
  answer({"192.0.2.1"}, 0s, 0s);
  EXPECT_EQ(targets.next_deadline(), at(5s));
  targets.on_deadline(at(5s));
  answer({"192.0.2.1"}, 1'000'000s, 5s);
  EXPECT_EQ(targets.next_deadline(), at(3605s));
}

TEST_F(TargetsTest, ServesWhatItKnowsForFiveMinutesWhileRefreshesFail) {
  targets.look(at(0s));
  answer({"192.0.2.1"}, 60s, 0s);
  for (auto now = at(0s); now < at(359s);) {
    const auto next = targets.next_deadline();
    ASSERT_TRUE(next && *next > now);
    now = *next;
    targets.on_deadline(now);
    const bool stale = now >= at(359s);
    EXPECT_EQ(targets.order(dice, now).empty(), stale);
    fail(now - at(0s));
  }
  targets.on_deadline(at(360s));
  EXPECT_EQ(order(360s), "");
}

TEST_F(TargetsTest, DoesNotAskWithEveryUseWhileRefreshesFail) {
  targets.look(at(0s));
  answer({"192.0.2.1"}, 10s, 0s);
  targets.on_deadline(at(10s));
  fail(10s);
  for (int i = 0; i < 100; ++i) order(11s);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(TargetsTest, PutsATargetThatFailedLastFor30Seconds) {
  targets.look(at(0s));
  answer({"192.0.2.1", "192.0.2.2", "192.0.2.3"}, 300s, 0s);
  targets.failed(target("192.0.2.1"), at(1s));
  EXPECT_EQ(order(1s), "231");
  EXPECT_EQ(order(30'999ms), "231");
  EXPECT_EQ(order(31s), "123");
}

TEST_F(TargetsTest, TakesATargetBackThatWasHeard) {
  targets.look(at(0s));
  answer({"192.0.2.1", "192.0.2.2"}, 300s, 0s);
  targets.failed(target("192.0.2.1"), at(1s));
  targets.heard(target("192.0.2.1"));
  EXPECT_EQ(order(2s), "12");
}

TEST_F(TargetsTest, RemembersNoFailureOfWhatItDoesNotKnow) {
  targets.look(at(0s));
  answer({"192.0.2.1"}, 300s, 0s);
  targets.failed(target("192.0.2.9"), at(1s));
  targets.failed(target("192.0.2.1"), at(1s));
  EXPECT_EQ(order(2s), "1");
}

TEST_F(TargetsTest, HearsAnAnswerOnce) {
  targets.look(at(0s));
  const auto questions = targets.take_questions();
  const sip::locate::Answer one{{{"pbx.test", 60s, *sip::Address::parse("192.0.2.1")}},
                                Failure::none};
  const sip::locate::Answer two{{{"pbx.test", 60s, *sip::Address::parse("192.0.2.2")}},
                                Failure::none};
  EXPECT_TRUE(targets.on_resolved({questions.at(0).id, one}, at(1s)));
  EXPECT_FALSE(targets.on_resolved({questions.at(0).id, two}, at(2s)));
  EXPECT_FALSE(targets.on_resolved({ResolveId{77}, two}, at(2s)));
  EXPECT_EQ(order(2s), "1");
}

TEST_F(TargetsTest, KnowsALiteralAddressAtOnce) {
  Targets literal{{"192.0.2.7", 0, sip::Transport::udp, false}, {sip::Transport::udp}, 0};
  literal.look(at(0s));
  EXPECT_FALSE(literal.looking());
  EXPECT_EQ(literal.all(), std::vector{target("192.0.2.7")});
}

}  // namespace
}  // namespace proxy
