#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/rows.hpp"

namespace web::server {

/// Knows API tokens by their SHA-256. What was found is remembered for a few seconds, so that a
/// page that polls does not read the store each time; what was not found is asked for again.
class Tokens {
 public:
  using Clock = std::chrono::steady_clock;
  /// The stored token with this hash.
  using Lookup = std::function<std::optional<proxy::record::ApiToken>(const std::string& hash)>;

  explicit Tokens(Lookup lookup) : lookup_(std::move(lookup)) {}

  /// Expired ones too: that is for the caller to see.
  std::optional<proxy::record::ApiToken> find(std::string_view token, Clock::time_point now);
  /// Something was revoked: remembers nothing.
  void forget() { known_.clear(); }
  /// Is it time to note that this token is used? True once a minute.
  bool is_use_new(std::int64_t token, Clock::time_point now);

 private:
  struct Known {
    proxy::record::ApiToken token;
    Clock::time_point until;
  };
  Lookup lookup_;
  std::map<std::string, Known> known_;  ///< by hash
  std::map<std::int64_t, Clock::time_point> noted_;
};

}  // namespace web::server
