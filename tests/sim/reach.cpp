#include "tests/sim/reach.hpp"

#include <span>
#include <string_view>

#include "sipstack/transaction/invite_client.hpp"
#include "sipstack/transaction/invite_server.hpp"
#include "sipstack/transaction/non_invite_client.hpp"
#include "sipstack/transaction/non_invite_server.hpp"

namespace test::sim {

namespace {

using proxy::late_call::Attempt;
using proxy::late_call::AttemptInput;
using proxy::wake::LegInput;
using sip::transaction::Machine;

constexpr Machine machines[] = {Machine::invite_client, Machine::invite_server,
                                Machine::non_invite_client, Machine::non_invite_server};

std::span<const sip::transaction::Row> table_of(Machine machine) {
  switch (machine) {
    case Machine::invite_client:
      return sip::transaction::invite_client_table;
    case Machine::invite_server:
      return sip::transaction::invite_server_table;
    case Machine::non_invite_client:
      return sip::transaction::non_invite_client_table;
    case Machine::non_invite_server:
      return sip::transaction::non_invite_server_table;
  }
  return {};
}

std::string_view name_of(Machine machine) {
  static constexpr std::string_view names[] = {"INVITE client", "INVITE server",
                                               "non-INVITE client", "non-INVITE server"};
  return names[static_cast<std::size_t>(machine)];
}

std::string name_of(sip::transaction::State state) {
  static constexpr std::string_view names[] = {"calling",   "trying",    "proceeding", "accepted",
                                               "completed", "confirmed", "terminated"};
  return std::string{names[static_cast<std::size_t>(state)]};
}

std::string_view name_of(sip::transaction::Input input) {
  static constexpr std::string_view names[] = {
      "request", "ack",     "respond 1xx",       "respond 2xx",      "respond error", "1xx",
      "2xx",     "error",   "timer A",           "timer B",          "timer D",       "timer E",
      "timer F", "timer G", "timer H",           "timer I",          "timer J",       "timer K",
      "timer L", "timer M", "CANCEL unanswered", "transport failed", "flow closed"};
  return names[static_cast<std::size_t>(input)];
}

std::string_view name_of(LegInput input) {
  static constexpr std::string_view names[] = {
      "handed_over", "push_refused", "came",        "heard",       "rang",
      "answered",    "refused",      "not_reached", "told_cancel", "dropped",
      "left",        "late_started", "late_failed", "late_done",   "window_over"};
  static_assert(std::size(names) == static_cast<std::size_t>(LegInput::window_over) + 1);
  return names[static_cast<std::size_t>(input)];
}

constexpr std::string_view attempt_states[] = {"calling", "trying", "cancelling", "unreached",
                                               "over"};
constexpr std::string_view attempt_inputs[] = {"100",     "1xx",  "2xx",    "503 or 408",
                                               "failure", "lost", "silence"};

/// What cannot be met: a deadline that is not set, or a response the transaction layer keeps.
bool is_impossible(Attempt::State state, AttemptInput input) {
  if (input == AttemptInput::silent)
    return state != Attempt::State::calling && state != Attempt::State::trying;
  return state == Attempt::State::over && input != AttemptInput::accepted &&
         input != AttemptInput::lost;
}

/// A non-INVITE gets one 100 at most (RFC 4320 section 4.1).
bool is_impossible(Machine machine, const sip::transaction::Row& row) {
  using sip::transaction::Input;
  using sip::transaction::State;
  return machine == Machine::non_invite_server && row.from == State::proceeding &&
         row.input == Input::respond_1xx;
}

}  // namespace

Reach::Reach() {
  for (const auto& row : proxy::wake::leg_table)
    rows_.push_back({"leg", std::string{proxy::record::to_string(row.from)} + ", " +
                                std::string{name_of(row.input)}});
  for (std::size_t s = 0; s < Attempt::states; ++s)
    for (std::size_t i = 0; i < proxy::late_call::attempt_inputs; ++i)
      rows_.push_back(
          {"late call", std::string{attempt_states[s]} + ", " + std::string{attempt_inputs[i]}, 0,
           is_impossible(static_cast<Attempt::State>(s), static_cast<AttemptInput>(i))});
  for (const auto machine : machines)
    for (const auto& row : table_of(machine))
      rows_.push_back({std::string{name_of(machine)},
                       name_of(row.from) + ", " + std::string{name_of(row.input)}, 0,
                       is_impossible(machine, row)});
}

void Reach::add(const proxy::Reach& engine) {
  auto row = rows_.begin();
  for (const auto uses : engine.legs) (row++)->count += uses;
  for (const auto& state : engine.attempts)
    for (const auto uses : state) (row++)->count += uses;
  for (const auto machine : machines)
    for (const auto uses : engine.transactions.row_uses(machine)) (row++)->count += uses;
}

void Reach::add(const Reach& other) {
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].count += other.rows_[i].count;
}

}  // namespace test::sim
