#pragma once
#include <chrono>

#include "sipstack/base/time.hpp"

namespace sip::net {

/// The monotonic time, as everything above counts it.
inline TimePoint read_clock() {
  return TimePoint{
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

}  // namespace sip::net
