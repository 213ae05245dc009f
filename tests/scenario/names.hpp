#pragma once
#include <cstddef>

#include "tests/scenario/script.hpp"
#include "tests/support/fake_resolver.hpp"

namespace test {

/// A `dns` line: its words from `first` on say what the name servers answer from now on.
void happen_to_names(FakeResolver& resolver, const Command& command, std::size_t first);

}  // namespace test
