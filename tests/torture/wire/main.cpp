#include <cstdlib>
#include <cstring>

#include "tests/torture/wire/site.hpp"

/// torture_wire [--storm MESSAGES [--seed N]]
int main(int argc, char** argv) {
  std::uint64_t storm = 0;
  std::uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto value = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--storm") == 0) storm = value;
    if (std::strcmp(argv[i], "--seed") == 0) seed = value;
  }
  return storm == 0 ? torture::print_table() : torture::run_storm(storm, seed);
}
