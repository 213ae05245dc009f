#pragma once
#include <algorithm>
#include <optional>

#include "sipstack/base/deadline_queue.hpp"
#include "sipstack/transaction/machine.hpp"

namespace sip::transaction {

/// How long a timer runs (RFC 3261 Table 4, RFC 6026 section 7). Zero: it fires at once.
constexpr Duration length_of(Timer timer, const TimerSettings& settings, bool reliable) {
  switch (timer) {
    case Timer::none:
      return Duration::zero();
    case Timer::b:
    case Timer::f:
    case Timer::h:
    case Timer::l:
    case Timer::m:
    case Timer::cancel:
      return 64 * settings.t1;
    case Timer::j:
      return reliable ? Duration::zero() : 64 * settings.t1;
    case Timer::d:
      return reliable ? Duration::zero() : Duration{32'000};
    case Timer::i:
    case Timer::k:
      return reliable ? Duration::zero() : settings.t4;
  }
  return Duration::zero();
}

/// The timers of one transaction: at most one that fires once, and its retransmissions.
struct Running {
  std::uint64_t ticket{0};
  std::uint32_t interval{0};  ///< ms between the last two retransmissions; 0: none are due
  Timer timer{Timer::none};
};

/// The timers of many transactions. All that fire once run one of three lengths, so they stand in
/// line; only retransmissions need a heap.
template <class Key>
class Timing {
 public:
  explicit Timing(const TimerSettings& settings)
      : settings_{settings}, d_{Duration{32'000}}, t4_{settings.t4}, long_{64 * settings.t1} {}

  /// Starts a timer that fires once instead of the one that runs. False when its length is zero.
  bool start(Key key, Running& running, Timer timer, bool reliable, TimePoint now) {
    stop_once(running);
    if (length_of(timer, settings_, reliable) == Duration::zero()) return false;
    running.ticket = line(timer).push(key, now);
    running.timer = timer;
    return true;
  }
  void retransmit_after(Key key, Running& running, Duration interval, TimePoint now) {
    running.interval = static_cast<std::uint32_t>(interval.count());
    retransmissions_.set(key, now + interval);
  }
  /// Runs the effects of a row that concern retransmission.
  void run(Effect effects, Key key, Running& running, bool reliable, TimePoint now) {
    if (has(effects, Effect::stop_timers)) stop(key, running);
    if (reliable) return;
    const Duration doubled{2 * Duration::rep{running.interval}};
    if (has(effects, Effect::retransmit_from_t1))
      retransmit_after(key, running, settings_.t1, now);
    else if (has(effects, Effect::double_interval))
      retransmit_after(key, running, doubled, now);
    else if (has(effects, Effect::double_up_to_t2))
      retransmit_after(key, running, std::min(doubled, settings_.t2), now);
    else if (has(effects, Effect::repeat_after_t2))
      retransmit_after(key, running, settings_.t2, now);
  }
  /// No retransmission any more; the timer that fires once goes on.
  void hush(Key key, Running& running) {
    if (running.interval != 0) retransmissions_.set(key, std::nullopt);
    running.interval = 0;
  }
  void stop(Key key, Running& running) {
    stop_once(running);
    hush(key, running);
  }

  std::optional<TimePoint> next() const {
    std::optional<TimePoint> earliest = retransmissions_.next();
    for (const auto* line : {&d_, &t4_, &long_})
      if (const auto at = line->next(); at && (!earliest || *at < *earliest)) earliest = at;
    return earliest;
  }
  /// A transaction whose single timer fired. Ends come before retransmissions: who is over at
  /// `now` sends nothing more.
  std::optional<Key> pop_fired(TimePoint now) {
    for (auto* line : {&d_, &t4_, &long_})
      if (auto key = line->pop_due(now)) return key;
    return std::nullopt;
  }
  std::optional<Key> pop_retransmission(TimePoint now) { return retransmissions_.pop_due(now); }

 private:
  DelayLine<Key>& line(Timer timer) {
    if (timer == Timer::d) return d_;
    return timer == Timer::i || timer == Timer::k ? t4_ : long_;
  }
  void stop_once(Running& running) {
    if (running.timer != Timer::none) line(running.timer).cancel(running.ticket);
    running.timer = Timer::none;
  }

  TimerSettings settings_;
  DeadlineQueue<Key> retransmissions_;
  DelayLine<Key> d_;
  DelayLine<Key> t4_;
  DelayLine<Key> long_;
};

}  // namespace sip::transaction
