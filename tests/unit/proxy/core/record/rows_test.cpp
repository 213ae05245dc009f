#include "proxy/core/record/rows.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace proxy::record {
namespace {

TEST(Rows, NamesCallStatesAsTheApiShowsThem) {
  EXPECT_EQ(to_string(CallState::held), "held");
  EXPECT_EQ(to_string(CallState::ringing), "ringing");
  EXPECT_EQ(to_string(CallState::active), "active");
  EXPECT_EQ(to_string(CallState::ended), "ended");
}

TEST(Rows, NamesLegStatesAsTheApiShowsThem) {
  const std::pair<LegState, std::string_view> names[] = {
      {LegState::fresh, "new"},       {LegState::pushed, "pushed"},
      {LegState::awake, "awake"},     {LegState::delivered, "delivered"},
      {LegState::ringing, "ringing"}, {LegState::won, "won"},
      {LegState::lost, "lost"},       {LegState::declined, "declined"},
      {LegState::late, "late"},       {LegState::closed, "closed"},
      {LegState::gone, "gone"},
  };
  for (const auto& [state, name] : names) EXPECT_EQ(to_string(state), name);
}

}  // namespace
}  // namespace proxy::record
