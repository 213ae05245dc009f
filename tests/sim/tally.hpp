#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace test::sim {

/// What goes wrong around the server.
enum class Fault : std::uint8_t {
  lost,
  delayed,
  reordered,
  doubled,
  truncated,
  chopped,
  broken_in_message,
  broken_unseen,
  unreachable,
  commit_slow,
  commit_failed,
  commit_told_twice,
  crash_before_commit,
  crash_after_commit,
  crash_at_message,
  crash_at_any_time,
  clock_forward,
  clock_backward,
  push_lost,
  push_late,
  push_arrives_twice,
  push_answered_twice,
  push_refused,
  push_dead,
  push_failed,
  push_unanswered,
  count,
};

/// What the phones, their users and the callers do.
enum class Manner : std::uint8_t {
  registers_once,
  registers_thrice,
  thrice_on_new_sockets,
  damaged_token,
  keep_alive_only,
  from_old_address,
  from_new_address,
  two_contacts,
  never_comes,
  starting_503,
  timer_603,
  rings,
  trying_only,
  silent,
  answers,
  answers_at_once,
  answers_across_cancel,
  busy_486,
  declines_603,
  lets_ring,
  says_482,
  trying_then_503,
  answers_slowly,
  other_final_to_cancel,
  text_answered,
  text_refused,
  text_provisional,
  hangs_up,
  opens_by_chance,
  unregisters,
  changes_token,
  falls_asleep,
  loses_flow,
  desk_alive,
  desk_dead,
  coincides,
  caller_cancels,
  caller_says_answered,
  caller_expires,
  caller_wants_100rel,
  caller_probes_early_dialog,
  caller_hangs_up,
  caller_acks_in_the_transaction,
  caller_sends_text,
  pbx_forks,
  pbx_dials_extensions,
  reads_missed_call,
  told_of_missed_call,
  early_dialog_refuses,
  count,
};

/// How calls end for their callers.
enum class End : std::uint8_t {
  answered,
  cancelled,
  declined,
  busy,
  not_woken,
  nobody,
  other,
  crashed,
  count,
};

/// How calls went on to somebody else, and out.
enum class Turn : std::uint8_t {
  always,
  busy,
  no_answer,
  not_reachable,
  do_not_disturb,
  parallel_group,
  serial_group,
  joined,  ///< a phone came for a call that had gone on from its user, and rang
  late,    ///< the same, when the call was over
  trunk,
  trunk_challenges,
  next_target,
  last_route,
  last_route_refuses,
  count,
};

inline constexpr auto fault_kinds = static_cast<std::size_t>(Fault::count);
inline constexpr auto manner_kinds = static_cast<std::size_t>(Manner::count);
inline constexpr auto end_kinds = static_cast<std::size_t>(End::count);
inline constexpr auto turn_kinds = static_cast<std::size_t>(Turn::count);

std::string_view to_string(Fault fault);
std::string_view to_string(Manner manner);
std::string_view to_string(End end);
std::string_view to_string(Turn turn);

/// What happened, by kind; runs are added up.
struct Tally {
  std::array<std::uint64_t, fault_kinds> faults{};
  std::array<std::uint64_t, manner_kinds> manners{};
  std::array<std::uint64_t, end_kinds> ends{};
  std::array<std::uint64_t, turn_kinds> turns{};
  std::uint64_t seeds{0};
  std::uint64_t calls{0};
  std::uint64_t messages{0};
  std::uint64_t pushes{0};
  std::uint64_t late_calls{0};
  std::uint64_t restarts{0};

  void count(Fault fault) { ++faults[static_cast<std::size_t>(fault)]; }
  void count(Manner manner) { ++manners[static_cast<std::size_t>(manner)]; }
  void count(End end) { ++ends[static_cast<std::size_t>(end)]; }
  void count(Turn turn) { ++turns[static_cast<std::size_t>(turn)]; }
  void add(const Tally& other);
  std::uint64_t all_faults() const;
};

}  // namespace test::sim
