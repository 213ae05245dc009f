#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "sipstack/transaction/timers.hpp"

namespace sip::transaction {

/// RFC 3261 figures 5, 7, 6 and 8.
enum class Machine : std::uint8_t {
  invite_client,
  invite_server,
  non_invite_client,
  non_invite_server,
};

/// The states of RFC 3261 figures 5 to 8 and, from RFC 6026, accepted.
enum class State : std::uint8_t {
  calling,
  trying,
  proceeding,
  accepted,
  completed,
  confirmed,
  terminated,
};

/// What moves a machine. `respond_*` come from our user, `response_*` and requests from the wire.
enum class Input : std::uint8_t {
  request,  ///< a retransmission of the request that opened the transaction
  ack,
  respond_1xx,
  respond_2xx,
  respond_error,
  response_1xx,
  response_2xx,
  response_error,
  timer_a,
  timer_b,
  timer_d,
  timer_e,
  timer_f,
  timer_g,
  timer_h,
  timer_i,
  timer_j,
  timer_k,
  timer_l,
  timer_m,
  cancel_unanswered,  ///< 64*T1 after our CANCEL (RFC 3261 section 9.1)
  transport_failed,
  flow_closed,
};

/// Timers that fire once. The retransmission timers A, E and G are effects, for they change length.
enum class Timer : std::uint16_t { none, b, d, f, h, i, j, k, l, m, cancel };

/// What a transition makes the machine do.
enum class Effect : std::uint16_t {
  nothing = 0,
  send_request = 1 << 0,
  send_ack = 1 << 1,
  send_response = 1 << 2,  ///< the new one, or the last one when the input brought none
  pass_up = 1 << 3,
  report_timeout = 1 << 4,
  report_failure = 1 << 5,
  stop_timers = 1 << 6,
  retransmit_from_t1 = 1 << 7,  ///< next retransmission after T1 (never on reliable flows)
  double_interval = 1 << 8,     ///< next retransmission after twice the last interval
  double_up_to_t2 = 1 << 9,     ///< the same, at most T2
  repeat_after_t2 = 1 << 10,    ///< next retransmission after T2
};
constexpr Effect operator|(Effect a, Effect b) {
  return static_cast<Effect>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Effect set, Effect one) {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

/// One arrow of a figure. `start` replaces the running timer that fires once.
struct Row {
  State from;
  Input input;
  State to;
  Effect effects;
  Timer start{Timer::none};
};

/// The row for a pair, or null when the pair is ignored.
constexpr const Row* find(std::span<const Row> table, State from, Input input) {
  for (const Row& row : table)
    if (row.from == from && row.input == input) return &row;
  return nullptr;
}

/// True when no two rows claim the same pair and no row leaves `terminated`.
constexpr bool is_well_formed(std::span<const Row> table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].from == State::terminated) return false;
    if (find(table, table[i].from, table[i].input) != &table[i]) return false;
  }
  return true;
}

/// The input a machine gets when the timer fires.
constexpr Input fired(Timer timer) {
  switch (timer) {
    case Timer::none:
    case Timer::cancel:
      return Input::cancel_unanswered;
    case Timer::b:
      return Input::timer_b;
    case Timer::d:
      return Input::timer_d;
    case Timer::f:
      return Input::timer_f;
    case Timer::h:
      return Input::timer_h;
    case Timer::i:
      return Input::timer_i;
    case Timer::j:
      return Input::timer_j;
    case Timer::k:
      return Input::timer_k;
    case Timer::l:
      return Input::timer_l;
    case Timer::m:
      return Input::timer_m;
  }
  return Input::cancel_unanswered;
}

}  // namespace sip::transaction
