#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/run.hpp"

namespace test::sim {

/// What the command line asks for.
struct Order {
  std::uint64_t from{1};
  std::optional<std::uint64_t> seeds;  ///< that many
  std::optional<sip::Duration> time;   ///< or until then
  std::size_t jobs{2};
  bool progress{true};
};

struct Failure {
  std::uint64_t seed{0};
  std::vector<std::string> violations;
};

struct Total {
  Tally tally;
  Reach reach;
  std::vector<Failure> failures;  ///< the first ones, by seed
  std::uint64_t violations{0};
  double seconds{0};
};

/// Runs seeds on several threads; engines share nothing.
Total run_all(const Order& order);

/// The tables at the end.
std::string report(const Total& total);
/// What the total shows that nobody may pass over: kinds and rows with a count of zero.
std::vector<std::string> never_reached(const Total& total);

}  // namespace test::sim
