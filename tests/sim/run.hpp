#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/reach.hpp"
#include "tests/sim/tally.hpp"

namespace test::sim {

/// What came of one seed.
struct Outcome {
  std::vector<std::string> violations;
  Tally tally;
  std::uint64_t hash{0};
  std::string trace;    ///< what passed, when it was asked for
  std::string ladders;  ///< of every call that ended
};

enum class Keep : std::uint8_t { nothing, everything };

/// Plays one seed: the same one always does the same.
Outcome run(std::uint64_t seed, Reach& reach, Keep keep = Keep::nothing);

}  // namespace test::sim
