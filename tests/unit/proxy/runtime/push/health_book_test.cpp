#include "proxy/runtime/push/health_book.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace proxy::runtime::push {
namespace {

using view::ProviderState;

class HealthBookTest : public testing::Test {
 protected:
  static sip::WallTime at(std::int64_t ms) { return sip::WallTime{sip::Duration{ms}}; }

  std::vector<ProviderState> told_;
  HealthBook book_{"apns", "team", [this](const view::Provider& p) { told_.push_back(p.state); }};
};

TEST_F(HealthBookTest, TellsOfEachChangeOnce) {
  book_.well(at(1));
  book_.well(at(2));
  book_.troubled("500", at(3));
  book_.troubled("500", at(4));
  book_.unreachable("timeout", at(5));
  book_.refused_credentials("403", at(6));
  book_.well(at(7));
  EXPECT_EQ(told_,
            (std::vector{ProviderState::ready, ProviderState::degraded, ProviderState::unreachable,
                         ProviderState::credentials_refused, ProviderState::ready}));
}

TEST_F(HealthBookTest, KeepsTheLastErrorWhenAllIsWellAgain) {
  book_.troubled("500 InternalServerError", at(3));
  book_.well(at(7));
  const auto facts = book_.facts();
  EXPECT_EQ(facts.last_error, "500 InternalServerError");
  EXPECT_EQ(facts.last_error_at, at(3));
  EXPECT_EQ(facts.last_success_at, at(7));
}

TEST_F(HealthBookTest, CountsHowPushesEnded) {
  book_.ended(PushOutcome::accepted, sip::Duration{10});
  book_.ended(PushOutcome::accepted, sip::Duration{10});
  book_.ended(PushOutcome::dead, sip::Duration{10});
  book_.ended(PushOutcome::failed, std::nullopt);
  const auto facts = book_.facts();
  EXPECT_EQ(facts.accepted, 2U);
  EXPECT_EQ(facts.dead, 1U);
  EXPECT_EQ(facts.refused, 0U);
  EXPECT_EQ(facts.failed, 1U);
}

TEST_F(HealthBookTest, GivesNoPercentilesBeforeTheFirstAnswer) {
  book_.ended(PushOutcome::failed, std::nullopt);
  EXPECT_EQ(book_.facts().p50_ms, std::nullopt);
}

TEST_F(HealthBookTest, GivesPercentilesOfTheLastAnswers) {
  for (int i = 0; i < 1'000; ++i) book_.ended(PushOutcome::accepted, sip::Duration{9'999});
  for (int ms = 256; ms >= 1; --ms) book_.ended(PushOutcome::accepted, sip::Duration{ms});
  const auto facts = book_.facts();
  EXPECT_EQ(facts.p50_ms, 128);
  EXPECT_EQ(facts.p95_ms, 244);
  EXPECT_EQ(facts.p99_ms, 254);
}

}  // namespace
}  // namespace proxy::runtime::push
