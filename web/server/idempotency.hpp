#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "web/api/message.hpp"

namespace web::server {

/// Remembers what was answered to a POST that carried an Idempotency-Key: the same caller with the
/// same key and the same request gets the same answer, and nothing is done twice. Kept for an hour,
/// the newest 512 of at most 16 MB, in this process only. On one thread.
class Idempotency {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::hours kept_for{1};
  static constexpr std::size_t most_kept = 512;
  static constexpr std::size_t most_bytes = 16'777'216;
  static constexpr std::size_t longest_key = 255;

  /// Nothing: do it, and tell finish(). Else the reply: the old one, 409 while the first request is
  /// under way, 422 when it was another request, 400 for a bad key.
  std::optional<api::Reply> begin(const api::Caller& caller, const std::string& key,
                                  const api::Request& request, Clock::time_point now);
  /// A reply of 500 and more is not kept: trying again may help.
  void finish(const api::Caller& caller, const std::string& key, const api::Reply& reply);

 private:
  struct Entry {
    std::string fingerprint;
    Clock::time_point begun;
    std::optional<api::Reply> reply;
  };
  void make_room(Clock::time_point now);

  std::map<std::string, Entry> entries_;
  std::deque<std::string> order_;  ///< oldest first; some may be gone already
  std::size_t bytes_{0};
};

}  // namespace web::server
