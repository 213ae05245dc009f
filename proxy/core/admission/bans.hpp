#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "sipstack/base/deadline_queue.hpp"
#include "sipstack/base/time.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy::admission {

/// No ban is longer; nobody remembers why it was.
inline constexpr sip::Duration longest_ban{std::chrono::hours{24 * 365}};

/// How long bans last, and how long they are remembered.
struct BanTimes {
  std::vector<sip::Duration> steps;  ///< of the first, second, ... ban; the last holds from then on
  sip::Duration forget_after{0};  ///< after its end, so long without a new one: as if never banned
};

/// The sources that are kept out for a while. One that comes back is kept out for longer. When the
/// table is full the one that ends first makes room, those that have ended before all others.
class Bans {
 public:
  explicit Bans(std::size_t limit) : limit_{limit} {}

  /// What the store held; gives back the ids of rows that say nothing any more. An end beyond
  /// longest_ban from now comes from a wall clock that was set.
  std::vector<std::int64_t> load(const std::vector<record::Ban>& rows, std::int64_t last_id,
                                 const BanTimes& times, sip::Instant now);

  bool empty() const { return by_source_.empty(); }
  bool is_banned(const sip::Address& source, sip::TimePoint now) const;

  struct Added {
    record::Ban row;
    std::optional<std::int64_t> gone;  ///< the row that made room
  };
  /// Bans the source, or bans it anew. Without a length the next step holds.
  Added add(const sip::Address& source, std::string_view reason,
            std::optional<sip::Duration> length, const BanTimes& times, sip::Instant now);
  /// Ends a ban before its time and forgets it.
  std::optional<record::Ban> lift(std::int64_t id);
  /// The row of this source, ended or not.
  const record::Ban* find(const sip::Address& source) const;
  const record::Ban* find(std::int64_t id) const;
  /// Puts a row back as it was, for a change that could not be stored.
  void put_back(record::Ban row, const BanTimes& times, sip::Instant now);

  struct Due {
    record::Ban row;
    bool forgotten{false};  ///< else: it has ended, and is still remembered
  };
  /// Takes one ban whose time has come; nothing when there is none.
  std::optional<Due> pop_due(const BanTimes& times, sip::TimePoint now);
  std::optional<sip::TimePoint> next_deadline() const { return deadlines_.next(); }
  /// Bans that hold now.
  std::size_t active() const { return active_; }

 private:
  struct Entry {
    record::Ban row;
    sip::TimePoint ends{};
    bool over{false};
  };
  using Key = std::int64_t;  // record::Ban::id

  void put(Entry entry, const BanTimes& times);
  void erase(Key id);
  std::optional<std::int64_t> make_room();

  struct Hash {
    std::size_t operator()(const sip::Address& address) const noexcept {
      return std::hash<sip::Endpoint>{}(sip::Endpoint{address, 0});
    }
  };

  std::size_t limit_;
  std::unordered_map<sip::Address, Key, Hash> by_source_;
  std::map<Key, Entry> entries_;
  sip::DeadlineQueue<Key> deadlines_;
  std::int64_t last_id_{0};
  std::size_t active_{0};
};

}  // namespace proxy::admission
