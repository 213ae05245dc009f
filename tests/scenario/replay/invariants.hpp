#pragma once
#include <string>
#include <vector>

#include "tests/scenario/scenario.hpp"

namespace test {

/// What must hold after every run, whatever was lost, doubled or failed in it. Call it when the
/// world has been wound down.
std::vector<std::string> violations(Scenario& scenario);

}  // namespace test
