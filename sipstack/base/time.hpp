#pragma once
#include <chrono>
#include <cstdint>

namespace sip {

/// Monotonic time of the protocol core. It has no now(): code that needs the
/// time must be given it, so every run can be replayed under a virtual clock.
struct CoreClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<CoreClock, duration>;
  static constexpr bool is_steady = true;
};
using Duration = CoreClock::duration;
using TimePoint = CoreClock::time_point;

/// Wall time in milliseconds since 1970. Only for what is stored or shown; never for a delay.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// One moment on both clocks, as the shell read them before it called the core.
struct Instant {
  TimePoint mono{};
  WallTime wall{};
};

}  // namespace sip
