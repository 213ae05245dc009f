#include "proxy/core/wake/leg.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <utility>

namespace proxy::wake {
namespace {

using enum LegInput;

constexpr std::array inputs{
    std::pair{handed_over, "handed_over"},
    std::pair{push_refused, "push_refused"},
    std::pair{came, "came"},
    std::pair{heard, "heard"},
    std::pair{rang, "rang"},
    std::pair{answered, "answered"},
    std::pair{refused, "refused"},
    std::pair{not_reached, "not_reached"},
    std::pair{told_cancel, "told_cancel"},
    std::pair{dropped, "dropped"},
    std::pair{left, "left"},
    std::pair{late_started, "late_started"},
    std::pair{late_failed, "late_failed"},
    std::pair{late_done, "late_done"},
    std::pair{window_over, "window_over"},
};
constexpr std::array states{LegState::fresh,     LegState::pushed,   LegState::awake,
                            LegState::delivered, LegState::ringing,  LegState::won,
                            LegState::lost,      LegState::declined, LegState::late,
                            LegState::closed,    LegState::gone};

/// Written from the design's words about legs, not from the table. "." means ignored.
/// Columns: inputs in the order above.
constexpr const char* expected =
    "new       pushed . new delivered ringing won declined new . closed closed . . . .\n"
    "pushed    . new awake delivered ringing won declined pushed . . closed . . closed gone\n"
    "awake     . . awake delivered ringing won declined awake . . closed late . closed gone\n"
    "delivered delivered . . delivered ringing won declined awake lost . . . . . .\n"
    "ringing   ringing . . ringing ringing won declined lost lost . . . . . .\n"
    "won       . . . . . . . . . . . . . . .\n"
    "lost      . . . . . won . . . . . . . . .\n"
    "declined  . . . . . . . . . . . . . . .\n"
    "late      . . . . . . . . . . . . awake closed .\n"
    "closed    . . . . . won . . . . . . . . .\n"
    "gone      . . . . . . . . closed . . . . . .\n";

TEST(Leg, GoesWhereTheDesignSaysFromEveryStateOnEveryInput) {
  std::ostringstream got;
  for (const LegState from : states) {
    std::string line{record::to_string(from)};
    line.resize(9, ' ');
    for (const auto& [input, name] : inputs) {
      const auto to = next_state(from, input);
      line += ' ';
      line += to ? record::to_string(*to) : std::string_view{"."};
    }
    got << line << '\n';
  }
  EXPECT_EQ(got.str(), expected);
}

TEST(Leg, HasOneRowForAStateAndAnInput) {
  for (std::size_t i = 0; i < std::size(leg_table); ++i)
    for (std::size_t j = i + 1; j < std::size(leg_table); ++j)
      EXPECT_FALSE(leg_table[i].from == leg_table[j].from &&
                   leg_table[i].input == leg_table[j].input)
          << "rows " << i << " and " << j;
}

TEST(Leg, NeverWaitsOnceTheDeviceRangOrDeclined) {
  for (const LegState state : {LegState::ringing, LegState::won, LegState::lost, LegState::declined,
                               LegState::closed, LegState::gone})
    for (const auto& [input, name] : inputs)
      if (const auto to = next_state(state, input)) {
        EXPECT_FALSE(is_waiting(*to)) << record::to_string(state) << " + " << name;
      }
}

}  // namespace
}  // namespace proxy::wake
