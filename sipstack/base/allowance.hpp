#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>

#include "sipstack/base/time.hpp"

namespace sip {

/// What may be spent: `burst` at once, and one more each `each`.
struct Rate {
  std::chrono::nanoseconds each{0};
  std::int64_t burst{1};
};

/// A token bucket in eight bytes: the time until which what was spent is owed. A fresh one is full,
/// so that nothing has to be kept of who spent nothing lately.
class Allowance {
 public:
  /// Takes one; false, and nothing taken, when none is left.
  bool spend(const Rate& rate, TimePoint now) {
    const auto next = std::max(owed_until_, nanoseconds_of(now)) + rate.each.count();
    if (next - nanoseconds_of(now) > rate.each.count() * rate.burst) return false;
    owed_until_ = next;
    return true;
  }
  /// True when spend() would be refused.
  bool is_spent(const Rate& rate, TimePoint now) const {
    return debt(now).count() + rate.each.count() > rate.each.count() * rate.burst;
  }
  /// How long until everything spent is forgiven.
  std::chrono::nanoseconds debt(TimePoint now) const {
    return std::chrono::nanoseconds{std::max<std::int64_t>(owed_until_ - nanoseconds_of(now), 0)};
  }

 private:
  static std::int64_t nanoseconds_of(TimePoint at) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
  }

  std::int64_t owed_until_{0};
};

}  // namespace sip
