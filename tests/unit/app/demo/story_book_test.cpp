#include "app/demo/story_book.hpp"

#include <gtest/gtest.h>

#include <array>

namespace app::demo {
namespace {

using proxy::record::Step;

Story story(std::initializer_list<Step> steps) {
  Story out;
  for (const Step step : steps) out.timeline.push_back({{}, step, 0, {}});
  return out;
}

TEST(Story, MissesNothingWhenAllStepsComeInOrder) {
  constexpr std::array wanted{Step::invite, Step::branch, Step::ended};
  EXPECT_FALSE(
      story({Step::invite, Step::held, Step::branch, Step::answered, Step::ended}).missing(wanted));
}

TEST(Story, NamesTheFirstStepThatIsNotThere) {
  constexpr std::array wanted{Step::invite, Step::branch, Step::ended};
  EXPECT_EQ(story({Step::invite, Step::ended}).missing(wanted), Step::branch);
}

TEST(Story, StepThatCameTooEarlyIsMissing) {
  constexpr std::array wanted{Step::cancelled, Step::late_invite};
  EXPECT_EQ(story({Step::late_invite, Step::cancelled}).missing(wanted), Step::late_invite);
}

TEST(Story, SameStepTwiceMustComeTwice) {
  constexpr std::array wanted{Step::provisional, Step::provisional};
  EXPECT_EQ(story({Step::provisional}).missing(wanted), Step::provisional);
}

}  // namespace
}  // namespace app::demo
