#pragma once
#include <functional>
#include <map>

#include "bench/load/wire.hpp"

namespace bench {

/// What is to be done later, to the microsecond.
class Agenda {
 public:
  void at(Time when, std::function<void()> what) { entries_.emplace(when, std::move(what)); }
  /// The time of the next entry; Time::max() when there is none.
  Time next() const { return entries_.empty() ? Time::max() : entries_.begin()->first; }
  /// Does what is due; what that adds waits for the next turn.
  void run(Time now) {
    const auto end = entries_.upper_bound(now);
    std::multimap<Time, std::function<void()>> due;
    for (auto at = entries_.begin(); at != end;) due.insert(entries_.extract(at++));
    for (auto& [when, what] : due) what();
  }

 private:
  std::multimap<Time, std::function<void()>> entries_;
};

}  // namespace bench
