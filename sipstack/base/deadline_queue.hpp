#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sipstack/base/time.hpp"

namespace sip {

/// Which of many machines is due next, each with at most one deadline. Ties are broken by the
/// order of set(), so runs repeat. A 4-ary heap; a replaced deadline stays in it as a stale entry
/// until it surfaces or stale entries outnumber live ones.
template <class Key>
class DeadlineQueue {
 public:
  /// Replaces what was known about this key; nothing means it sleeps for good.
  void set(const Key& key, std::optional<TimePoint> deadline) {
    if (!deadline) {
      live_.erase(key);
    } else {
      const auto [at, added] = live_.try_emplace(key, Deadline{*deadline, sequence_});
      if (!added) {
        if (at->second.at == *deadline) return;
        at->second = Deadline{*deadline, sequence_};
      }
      heap_.push_back({*deadline, sequence_++, key});
      sift_up(heap_.size() - 1);
    }
    if (heap_.size() > 2 * live_.size() + slack) compact();
  }

  std::optional<TimePoint> next() const {
    drop_stale();
    if (heap_.empty()) return std::nullopt;
    return heap_.front().at;
  }

  /// Takes off the earliest key whose deadline is not after `now`.
  std::optional<Key> pop_due(TimePoint now) {
    drop_stale();
    if (heap_.empty() || heap_.front().at > now) return std::nullopt;
    Key key = std::move(heap_.front().key);
    pop_front();
    live_.erase(key);
    return key;
  }

  /// Keys that have a deadline.
  std::size_t size() const { return live_.size(); }

 private:
  static constexpr std::size_t arity = 4;
  static constexpr std::size_t slack = 64;  // too few entries to be worth compacting

  struct Deadline {
    TimePoint at;
    std::uint64_t sequence;
  };
  struct Entry {
    TimePoint at;
    std::uint64_t sequence;
    Key key;
    bool before(const Entry& other) const {
      return at != other.at ? at < other.at : sequence < other.sequence;
    }
  };

  bool stale(const Entry& entry) const {
    const auto at = live_.find(entry.key);
    return at == live_.end() || at->second.sequence != entry.sequence;
  }
  void drop_stale() const {
    while (!heap_.empty() && stale(heap_.front())) pop_front();
  }
  void pop_front() const {
    if (heap_.size() > 1) heap_.front() = std::move(heap_.back());
    heap_.pop_back();
    if (!heap_.empty()) sift_down(0);
  }
  void compact() {
    std::erase_if(heap_, [this](const Entry& entry) { return stale(entry); });
    for (std::size_t i = heap_.size() / arity + 1; i-- > 0;) sift_down(i);
  }
  void sift_up(std::size_t at) {
    while (at > 0) {
      const std::size_t parent = (at - 1) / arity;
      if (!heap_[at].before(heap_[parent])) return;
      std::swap(heap_[at], heap_[parent]);
      at = parent;
    }
  }
  void sift_down(std::size_t at) const {
    while (true) {
      const std::size_t first = at * arity + 1;
      const std::size_t last = std::min(first + arity, heap_.size());
      std::size_t least = at;
      for (std::size_t child = first; child < last; ++child)
        if (heap_[child].before(heap_[least])) least = child;
      if (least == at) return;
      std::swap(heap_[at], heap_[least]);
      at = least;
    }
  }

  mutable std::vector<Entry> heap_;  // next() may drop stale entries off the top
  std::unordered_map<Key, Deadline> live_;
  std::uint64_t sequence_{0};
};

/// Timers that all run equally long: a FIFO, so arming costs no search. The ticket that push()
/// returns cancels in constant time; who stores it needs no table of keys. `now` must not go back.
template <class Key>
class DelayLine {
 public:
  using Ticket = std::uint64_t;

  explicit DelayLine(Duration delay) : delay_{delay} {}

  Ticket push(Key key, TimePoint now) {
    const TimePoint at = now + delay_;
    latest_ = std::max(latest_, at);
    line_.push_back({latest_, std::move(key)});
    return first_ + line_.size() - 1;
  }
  std::optional<TimePoint> next() const {
    if (line_.empty()) return std::nullopt;
    return line_.front().at;
  }
  /// Takes off the oldest key whose delay is over at `now`.
  std::optional<Key> pop_due(TimePoint now) {
    if (line_.empty() || line_.front().at > now) return std::nullopt;
    Key key = std::move(line_.front().key);
    pop_front();
    drop_cancelled();
    return key;
  }
  /// A ticket that was already popped or cancelled changes nothing.
  void cancel(Ticket ticket) {
    if (ticket < first_ || ticket - first_ >= line_.size()) return;
    line_[ticket - first_].at = cancelled;
    drop_cancelled();
  }

 private:
  static constexpr TimePoint cancelled = TimePoint::min();
  struct Entry {
    TimePoint at;
    Key key;
  };
  void pop_front() {
    line_.pop_front();
    ++first_;
  }
  /// Keeps the front live, so that next() never names a cancelled timer.
  void drop_cancelled() {
    while (!line_.empty() && line_.front().at == cancelled) pop_front();
  }

  std::deque<Entry> line_;
  Duration delay_;
  TimePoint latest_{cancelled};
  Ticket first_{0};  // ticket of line_.front()
};

/// A DelayLine that is cancelled by key. Pushing a key again starts its delay anew.
template <class Key>
class FixedDelayQueue {
 public:
  explicit FixedDelayQueue(Duration delay) : line_{delay} {}

  void push(Key key, TimePoint now) {
    const auto ticket = line_.push(key, now);
    const auto [at, added] = tickets_.try_emplace(std::move(key), ticket);
    if (added) return;
    line_.cancel(at->second);
    at->second = ticket;
  }
  std::optional<TimePoint> next() const { return line_.next(); }
  std::optional<Key> pop_due(TimePoint now) {
    auto key = line_.pop_due(now);
    if (key) tickets_.erase(*key);
    return key;
  }
  void cancel(const Key& key) {
    const auto at = tickets_.find(key);
    if (at == tickets_.end()) return;
    line_.cancel(at->second);
    tickets_.erase(at);
  }
  std::size_t size() const { return tickets_.size(); }

 private:
  DelayLine<Key> line_;
  std::unordered_map<Key, typename DelayLine<Key>::Ticket> tickets_;
};

}  // namespace sip
