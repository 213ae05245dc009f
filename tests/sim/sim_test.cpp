#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "tests/sim/run.hpp"

namespace test::sim {
namespace {

TEST(Sim, DoesTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Reach reach;
    const auto first = run(seed, reach);
    const auto again = run(seed, reach, Keep::everything);
    EXPECT_EQ(first.hash, again.hash) << "seed " << seed;
    EXPECT_EQ(first.tally.messages, again.tally.messages) << "seed " << seed;
  }
}

TEST(Sim, DoesOtherThingsForAnotherSeed) {
  Reach reach;
  EXPECT_NE(run(1, reach).hash, run(2, reach).hash);
}

TEST(Sim, ShowsARunAsTraceAndLadder) {
  Reach reach;
  const auto outcome = run(3, reach, Keep::everything);
  EXPECT_NE(outcome.trace.find("INVITE sip:u"), std::string::npos);
  EXPECT_NE(outcome.ladders.find("sipwake"), std::string::npos);
}

TEST(Sim, CountsRowsThatWereTaken) {
  Reach reach;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) run(seed, reach);
  Reach twice;
  twice.add(reach);
  twice.add(reach);
  std::uint64_t taken = 0;
  for (std::size_t i = 0; i < reach.rows().size(); ++i) {
    taken += reach.rows()[i].count;
    EXPECT_EQ(twice.rows()[i].count, 2 * reach.rows()[i].count);
  }
  EXPECT_GT(taken, 0U);
}

}  // namespace
}  // namespace test::sim
