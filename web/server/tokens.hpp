#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace web::server {

/// Knows API tokens by their SHA-256. What was found is remembered for a few seconds, so that a
/// page that polls does not read the store each time; what was not found is asked for again.
class Tokens {
 public:
  using Clock = std::chrono::steady_clock;
  /// The stored hash that equals this one.
  using Lookup = std::function<std::optional<std::string>(const std::string& hash)>;

  explicit Tokens(Lookup lookup) : lookup_(std::move(lookup)) {}

  bool admits(std::string_view token, Clock::time_point now);

 private:
  Lookup lookup_;
  std::map<std::string, Clock::time_point> known_;  ///< hash, until when
};

}  // namespace web::server
