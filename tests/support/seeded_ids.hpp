#pragma once
#include <cstdint>

#include "sipstack/base/ids.hpp"

namespace test {

/// Randomness that a seed replays (splitmix64).
class SeededIds : public sip::IdSource {
 public:
  explicit SeededIds(std::uint64_t seed = 1) : state_{seed} {}

  std::uint64_t next() override {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace test
