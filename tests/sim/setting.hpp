#pragma once
#include "tests/sim/dice.hpp"
#include "tests/sim/tally.hpp"
#include "tests/support/world.hpp"

namespace test::sim {

/// What everybody on the stage works with.
struct Setting {
  World& world;
  Dice& dice;
  Tally& tally;
  bool well_behaved{false};  ///< in this run no phone does what no phone should
};

}  // namespace test::sim
