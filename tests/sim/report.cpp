#include <array>
#include <cstdio>
#include <string_view>

#include "tests/sim/runner.hpp"

namespace test::sim {

namespace {

void line(std::string& out, std::string_view name, std::uint64_t count) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "  %-44.*s %12llu\n", static_cast<int>(name.size()),
                name.data(), static_cast<unsigned long long>(count));
  out += text.data();
}

template <class Kind, std::size_t N>
void table(std::string& out, std::string_view title, const std::array<std::uint64_t, N>& counts) {
  out.append("\n").append(title).append("\n");
  for (std::size_t i = 0; i < N; ++i) line(out, to_string(static_cast<Kind>(i)), counts[i]);
}

template <class Kind, std::size_t N>
void zeros(std::vector<std::string>& out, std::string_view what,
           const std::array<std::uint64_t, N>& counts) {
  for (std::size_t i = 0; i < N; ++i)
    if (counts[i] == 0)
      out.push_back(std::string{what} + ": " + std::string{to_string(static_cast<Kind>(i))});
}

}  // namespace

std::string report(const Total& total) {
  std::string out;
  const auto& t = total.tally;
  table<Fault>(out, "faults", t.faults);
  table<Manner>(out, "what phones and callers did", t.manners);
  table<End>(out, "how calls ended", t.ends);
  table<Turn>(out, "how calls went on", t.turns);
  std::string of;
  for (const auto& row : total.reach.rows()) {
    if (row.impossible) continue;
    if (row.table != of) out.append("\nreached: ").append(row.table).append("\n");
    of = row.table;
    line(out, row.name, row.count);
  }
  out += "\ntotal\n";
  line(out, "seeds", t.seeds);
  line(out, "calls", t.calls);
  line(out, "messages", t.messages);
  line(out, "pushes", t.pushes);
  line(out, "late INVITEs", t.late_calls);
  line(out, "restarts after kill -9", t.restarts);
  line(out, "faults", t.all_faults());
  line(out, "violations", total.violations);
  line(out, "seconds", static_cast<std::uint64_t>(total.seconds));
  return out;
}

std::vector<std::string> never_reached(const Total& total) {
  std::vector<std::string> out;
  zeros<Fault>(out, "fault", total.tally.faults);
  zeros<Manner>(out, "behaviour", total.tally.manners);
  zeros<End>(out, "end", total.tally.ends);
  zeros<Turn>(out, "turn", total.tally.turns);
  for (const auto& row : total.reach.rows())
    if (row.count == 0 && !row.impossible) out.push_back(row.table + ": " + row.name);
  return out;
}

}  // namespace test::sim
