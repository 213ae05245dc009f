#pragma once
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>

#include "proxy/core/record/rows.hpp"

namespace proxy::wake {

using record::LegState;

/// What may happen to a leg, the (Call-ID, device) pair that is the unit of truth.
enum class LegInput : std::uint8_t {
  handed_over,   ///< the push left
  push_refused,  ///< the push service says it will not arrive: nobody was asked after all
  came,          ///< the device registered, or sent a keep-alive on its known flow
  heard,         ///< 100 to our INVITE
  rang,          ///< any other 1xx
  answered,      ///< 2xx that went to the caller
  refused,       ///< a final response of the device's own
  not_reached,   ///< 503, 408, 430, or the flow closed
  told_cancel,   ///< CANCEL was sent to it, or it was told otherwise that the call is over
  dropped,       ///< the call ended before the device was asked
  left,          ///< the device un-registered
  late_started,  ///< a late call leaves
  late_failed,   ///< the late call did not reach it
  late_done,     ///< the late call is complete, or the device heard of the end on an old branch
  window_over,   ///< too late for a late call
};

struct LegRow {
  LegState from;
  LegInput input;
  LegState to;
};

// clang-format off
inline constexpr LegRow leg_table[] = {
    {LegState::fresh,     LegInput::handed_over,  LegState::pushed},
    {LegState::fresh,     LegInput::came,         LegState::fresh},
    {LegState::fresh,     LegInput::heard,        LegState::delivered},
    {LegState::fresh,     LegInput::rang,         LegState::ringing},
    {LegState::fresh,     LegInput::answered,     LegState::won},
    {LegState::fresh,     LegInput::refused,      LegState::declined},
    {LegState::fresh,     LegInput::not_reached,  LegState::fresh},
    {LegState::fresh,     LegInput::dropped,      LegState::closed},
    {LegState::fresh,     LegInput::left,         LegState::closed},

    {LegState::pushed,    LegInput::push_refused, LegState::fresh},
    {LegState::pushed,    LegInput::came,         LegState::awake},
    {LegState::pushed,    LegInput::heard,        LegState::delivered},
    {LegState::pushed,    LegInput::rang,         LegState::ringing},
    {LegState::pushed,    LegInput::answered,     LegState::won},
    {LegState::pushed,    LegInput::refused,      LegState::declined},
    {LegState::pushed,    LegInput::not_reached,  LegState::pushed},
    {LegState::pushed,    LegInput::left,         LegState::closed},
    {LegState::pushed,    LegInput::late_done,    LegState::closed},
    {LegState::pushed,    LegInput::window_over,  LegState::gone},

    {LegState::awake,     LegInput::came,         LegState::awake},
    {LegState::awake,     LegInput::heard,        LegState::delivered},
    {LegState::awake,     LegInput::rang,         LegState::ringing},
    {LegState::awake,     LegInput::answered,     LegState::won},
    {LegState::awake,     LegInput::refused,      LegState::declined},
    {LegState::awake,     LegInput::not_reached,  LegState::awake},
    {LegState::awake,     LegInput::left,         LegState::closed},
    {LegState::awake,     LegInput::late_started, LegState::late},
    {LegState::awake,     LegInput::late_done,    LegState::closed},
    {LegState::awake,     LegInput::window_over,  LegState::gone},

    {LegState::delivered, LegInput::handed_over,  LegState::delivered},
    {LegState::delivered, LegInput::heard,        LegState::delivered},
    {LegState::delivered, LegInput::rang,         LegState::ringing},
    {LegState::delivered, LegInput::answered,     LegState::won},
    {LegState::delivered, LegInput::refused,      LegState::declined},
    {LegState::delivered, LegInput::not_reached,  LegState::awake},
    {LegState::delivered, LegInput::told_cancel,  LegState::lost},

    {LegState::ringing,   LegInput::handed_over,  LegState::ringing},
    {LegState::ringing,   LegInput::heard,        LegState::ringing},
    {LegState::ringing,   LegInput::rang,         LegState::ringing},
    {LegState::ringing,   LegInput::answered,     LegState::won},
    {LegState::ringing,   LegInput::refused,      LegState::declined},
    {LegState::ringing,   LegInput::not_reached,  LegState::lost},
    {LegState::ringing,   LegInput::told_cancel,  LegState::lost},

    {LegState::lost,      LegInput::answered,     LegState::won},
    {LegState::closed,    LegInput::answered,     LegState::won},

    {LegState::gone,      LegInput::told_cancel,  LegState::closed},

    {LegState::late,      LegInput::late_failed,  LegState::awake},
    {LegState::late,      LegInput::late_done,    LegState::closed},
};
// clang-format on

/// How often each row was taken, by its place in the table.
using LegUses = std::array<std::uint64_t, std::size(leg_table)>;

/// The row for a pair, or null when a leg in this state ignores the input.
constexpr const LegRow* find_row(LegState from, LegInput input) {
  for (const LegRow& row : leg_table)
    if (row.from == from && row.input == input) return &row;
  return nullptr;
}
/// The state after the input; nothing when a leg in this state ignores it.
constexpr std::optional<LegState> next_state(LegState from, LegInput input) {
  const LegRow* row = find_row(from, input);
  return row ? std::optional{row->to} : std::nullopt;
}

/// The device was asked to wake and has not got the call: it may still come.
constexpr bool is_waiting(LegState state) {
  return state == LegState::pushed || state == LegState::awake;
}
/// No call and no late call comes of it any more.
constexpr bool is_settled(LegState state) {
  return state == LegState::won || state == LegState::lost || state == LegState::declined ||
         state == LegState::closed || state == LegState::gone;
}
/// The device has the call: it answered the INVITE with something.
constexpr bool has_call(LegState state) {
  return state == LegState::delivered || state == LegState::ringing || state == LegState::won;
}

}  // namespace proxy::wake
