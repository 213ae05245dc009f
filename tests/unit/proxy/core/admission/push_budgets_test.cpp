#include "proxy/core/admission/push_budgets.hpp"

#include <gtest/gtest.h>

namespace proxy::admission {
namespace {

using namespace std::chrono_literals;

class PushBudgetsTest : public ::testing::Test {
 protected:
  PushBudgetsTest() {
    budget.device = {2, 60s};
    budget.callee = {4, 60s};
    budget.caller = {6, 60s};
  }
  std::optional<std::string_view> spend(std::int64_t device, std::int64_t callee,
                                        std::string_view caller, Stretch stretch = Stretch::none) {
    return budgets.spend({device, callee, caller, stretch}, budget, now);
  }

  PushBudgets budgets{64};
  Settings::Wake::Budget budget;
  sip::TimePoint now{1000s};
};

TEST_F(PushBudgetsTest, EndWithThatOfThePhone) {
  EXPECT_FALSE(spend(1, 1, "alice"));
  EXPECT_FALSE(spend(1, 1, "alice"));
  EXPECT_EQ(spend(1, 1, "alice"), "of the phone");
}

TEST_F(PushBudgetsTest, GiveOneMoreAfterTheirTime) {
  spend(1, 1, "alice");
  spend(1, 1, "alice");
  now += 59s;
  EXPECT_TRUE(spend(1, 1, "alice"));
  now += 1s;
  EXPECT_FALSE(spend(1, 1, "alice"));
  EXPECT_TRUE(spend(1, 1, "alice"));
}

TEST_F(PushBudgetsTest, CountAllPhonesOfACallee) {
  for (std::int64_t device = 1; device <= 4; ++device) EXPECT_FALSE(spend(device, 1, "alice"));
  EXPECT_EQ(spend(5, 1, "carol"), "of the callee");
  EXPECT_FALSE(spend(6, 2, "carol"));
}

TEST_F(PushBudgetsTest, CountAllCallsOfACaller) {
  for (std::int64_t n = 1; n <= 6; ++n) EXPECT_FALSE(spend(n, n, "alice"));
  EXPECT_EQ(spend(7, 7, "alice"), "of the caller");
  EXPECT_FALSE(spend(7, 7, "carol"));
}

TEST_F(PushBudgetsTest, TakeNothingWhenOneOfThemRefuses) {
  spend(1, 1, "alice");
  spend(1, 1, "alice");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(spend(1, 1, "alice"));
  EXPECT_FALSE(spend(2, 1, "alice"));
  EXPECT_FALSE(spend(2, 1, "alice"));
}

TEST_F(PushBudgetsTest, StretchForAnEmergencyAndATrustedPeerButNotForEver) {
  for (int i = 0; i < 8; ++i) EXPECT_FALSE(spend(1, 1, "alice", Stretch::emergency)) << i;
  EXPECT_TRUE(spend(1, 1, "alice", Stretch::emergency));
  for (int i = 8; i < 20; ++i) EXPECT_FALSE(spend(1, 1, "pbx", Stretch::trusted)) << i;
  EXPECT_TRUE(spend(1, 1, "pbx", Stretch::trusted));
}

TEST_F(PushBudgetsTest, DoNotHoldForWhoIsExemptNorWhenTheyAreOff) {
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(spend(1, 1, "alice", Stretch::unlimited));
  budget = {{0, 0s}, {0, 0s}, {0, 0s}};
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(spend(1, 1, "alice"));
}

TEST_F(PushBudgetsTest, CountThePushesOfAPhoneThatAreNoCalls) {
  EXPECT_TRUE(budgets.spend_for_device(1, budget, now));
  EXPECT_TRUE(budgets.spend_for_device(1, budget, now));
  EXPECT_FALSE(budgets.spend_for_device(1, budget, now));
  EXPECT_EQ(spend(1, 1, "alice"), "of the phone");
}

TEST_F(PushBudgetsTest, KeepTheirLimitUnderAFloodOfCallersAndForgetNoHeavyOne) {
  budget.callee = {0, 0s};
  for (int i = 0; i < 2; ++i) spend(1, 0, "alice");
  for (int i = 0; i < 1'000; ++i) spend(0, 0, "caller " + std::to_string(i));
  EXPECT_EQ(spend(1, 0, "bob"), "of the phone");
}

}  // namespace
}  // namespace proxy::admission
