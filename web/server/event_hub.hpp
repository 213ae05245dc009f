#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "web/api/event.hpp"

namespace web::server {

/// The last events, and those who follow them. A slow follower costs nothing: it is told that there
/// is more, and reads from here when it can. On one thread.
class EventHub {
 public:
  static constexpr std::size_t most_kept = 4'096;
  static constexpr std::size_t most_followers = 32;
  using Clock = std::chrono::steady_clock;

  /// `process` makes the ids of this process its own.
  explicit EventHub(std::uint64_t process) : process_(process) {}
  EventHub(EventHub&&) = delete;

  void publish(const api::Happening& happening);
  /// Nobody listened for a while: what comes next does not follow what came before.
  void skip();

  /// Where a follower is; `gap`: it has missed something.
  struct Place {
    std::uint64_t number{0};
    bool gap{false};
  };
  Place place_of(const std::optional<api::EventId>& last) const;
  api::EventId id(std::uint64_t number) const { return {process_, number}; }
  /// The events after `place`, moved behind them.
  std::string read(Place& place) const;

  /// Calls `wake` when there is more; nothing when there are too many followers already.
  std::optional<std::uint64_t> follow(std::function<void()> wake);
  void leave(std::uint64_t follower, Clock::time_point now);
  /// Nobody follows, and nobody is likely to come back for what was missed.
  bool is_forgotten(Clock::time_point now) const;

 private:
  struct Event {
    std::string_view type;
    std::string data;
  };
  std::uint64_t process_;
  std::deque<Event> kept_;
  std::uint64_t last_{0};
  std::map<std::uint64_t, std::function<void()>> followers_;
  std::uint64_t last_follower_{0};
  Clock::time_point left_{};
};

/// A follower of the hub as long as it lives.
class Follower {
 public:
  Follower(EventHub& hub, std::function<void()> wake)
      : hub_(hub), id_(hub.follow(std::move(wake))) {}
  Follower(Follower&&) = delete;
  ~Follower() {
    if (id_) hub_.leave(*id_, EventHub::Clock::now());
  }
  bool is_in() const { return id_.has_value(); }

 private:
  EventHub& hub_;
  std::optional<std::uint64_t> id_;
};

}  // namespace web::server
