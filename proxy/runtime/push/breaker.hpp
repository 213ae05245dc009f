#pragma once
#include <chrono>

namespace proxy::runtime::push {

/// Leaves a receiver alone that has failed five times in a row: for 5 s, then 10, 20, 40 and 60.
/// After each pause one request tries it. Time is given.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  bool allows(Time now) const {
    return failures_ < failures_max || (now >= open_until_ && !trying_);
  }
  /// A request leaves. Only when it allows one.
  void asked() { trying_ = failures_ >= failures_max; }
  void answered(bool well, Time now);
  /// When it may allow one again; in the past: it does, or waits for the one that tries.
  Time open_until() const { return open_until_; }

 private:
  static constexpr unsigned failures_max = 5;

  unsigned failures_{0};
  bool trying_{false};
  Time open_until_{};
};

}  // namespace proxy::runtime::push
