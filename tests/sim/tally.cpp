#include "tests/sim/tally.hpp"

#include <numeric>

namespace test::sim {

std::string_view to_string(Fault fault) {
  static constexpr std::array<std::string_view, fault_kinds> names = {
      "message lost",
      "message delayed",
      "messages reordered",
      "message doubled",
      "message truncated",
      "stream in pieces",
      "flow closed in mid-message",
      "flow closed unseen",
      "port unreachable",
      "commit slow",
      "commit failed",
      "commit told twice",
      "killed before a commit",
      "killed after a commit",
      "killed at a message",
      "killed at any time",
      "clock set forward",
      "clock set back",
      "push lost",
      "push over 10 s late",
      "push arrives twice",
      "push answered twice",
      "push refused",
      "push token dead",
      "push failed",
      "push never answered",
  };
  return names.at(static_cast<std::size_t>(fault));
}

std::string_view to_string(Manner manner) {
  static constexpr std::array<std::string_view, manner_kinds> names = {
      "registers once",
      "registers three times",
      "three times, new sockets",
      "REGISTER with damaged token",
      "keep-alive, no REGISTER",
      "comes from its old address",
      "comes from a new address",
      "two contacts in a REGISTER",
      "never comes",
      "503 while it starts",
      "603 by its push timer",
      "rings",
      "100 and nothing more",
      "silent",
      "answers",
      "answers without ringing",
      "200 crosses the CANCEL",
      "486",
      "603",
      "is let ring",
      "482 to a second branch",
      "100, then 503",
      "answers after 4 s and more",
      "503 or 408 to a CANCEL",
      "MESSAGE answered",
      "MESSAGE refused",
      "MESSAGE gets a 1xx",
      "hangs up",
      "app opened by chance",
      "un-registers",
      "changes its token",
      "falls asleep",
      "loses its flow",
      "desk phone, live flow",
      "desk phone, dead flow",
      "REGISTER at the same instant",
      "caller cancels",
      "caller cancels: answered",
      "INVITE with Expires",
      "INVITE with Require: 100rel",
      "PRACK in the early dialog",
      "caller hangs up",
      "ACK of a 2xx, INVITE's branch",
      "MESSAGE sent",
      "PBX forks one call",
      "PBX dials extensions",
      "missed-call push arrives",
      "missed-call MESSAGE arrives",
      "481 in the early dialog",
  };
  return names.at(static_cast<std::size_t>(manner));
}

std::string_view to_string(End end) {
  static constexpr std::array<std::string_view, end_kinds> names = {
      "answered (2xx)", "cancelled (487)",     "declined (6xx)", "busy (486)",
      "not woken",      "nobody to ask (480)", "other final",    "ended by a crash",
  };
  return names.at(static_cast<std::size_t>(end));
}

std::string_view to_string(Turn turn) {
  static constexpr std::array<std::string_view, turn_kinds> names = {
      "forwarded always",
      "forwarded when busy",
      "forwarded without an answer",
      "forwarded when not reachable",
      "forwarded: do not disturb",
      "parallel group asks more than one",
      "serial group asks the next",
      "phone joins after its call went on",
      "late call after it went on",
      "call leaves by the trunk",
      "trunk's challenge is answered",
      "trunk's next target is asked",
      "last route's user is asked",
      "last route refuses",
  };
  return names.at(static_cast<std::size_t>(turn));
}

namespace {

template <class Counts>
void add_up(Counts& to, const Counts& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

void Tally::add(const Tally& other) {
  add_up(faults, other.faults);
  add_up(manners, other.manners);
  add_up(ends, other.ends);
  add_up(turns, other.turns);
  seeds += other.seeds;
  calls += other.calls;
  messages += other.messages;
  pushes += other.pushes;
  late_calls += other.late_calls;
  restarts += other.restarts;
}

std::uint64_t Tally::all_faults() const {
  return std::accumulate(faults.begin(), faults.end(), std::uint64_t{0});
}

}  // namespace test::sim
