#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace web::server {

/// Links by which a phone fetches its account, each good once. Only the hash of a secret is kept,
/// in memory: a restart ends them.
class ProvisionLinks {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::hours lifetime{1};

  /// The secret of a new link. At most 1,000 are kept; the oldest one goes.
  std::string make(std::string aor, Clock::time_point now);
  /// Whose it is, once; nothing when it is not known, was used or is too old.
  std::optional<std::string> take(std::string_view secret, Clock::time_point now);

 private:
  struct Link {
    std::string aor;
    Clock::time_point made;
  };
  std::map<std::string, Link, std::less<>> links_;  ///< by the hash of the secret
};

}  // namespace web::server
