#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "sipstack/base/time.hpp"
#include "tests/support/seeded_ids.hpp"

namespace test::sim {

/// All chance of one run, from its seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : ids_{seed} {}

  std::uint64_t next() { return ids_.next(); }
  /// 0 to n-1; n is at least 1.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::size_t>(high - low + 1)));
  }
  sip::Duration between(sip::Duration low, sip::Duration high) {
    const auto width = static_cast<std::uint64_t>((high - low).count()) + 1;
    return low + sip::Duration{static_cast<std::int64_t>(next() % width)};
  }
  bool percent(int p) { return between(1, 100) <= p; }
  bool per_mille(int p) { return p > 0 && between(1, 1000) <= p; }
  template <class T, std::size_t N>
  const T& pick(const T (&of)[N]) {
    return of[below(N)];
  }

 private:
  SeededIds ids_;
};

}  // namespace test::sim
