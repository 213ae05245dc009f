#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace web::server {

/// Who is logged in at the page. Kept in memory: a restart logs everybody out.
class Logins {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  static constexpr std::chrono::hours longest{12};     ///< then the password is asked for again
  static constexpr std::chrono::minutes idle_for{60};  ///< without a request or an open stream

  struct Session {
    std::string secret;
    std::string csrf;
  };
  /// At most 64; the oldest one goes.
  Session begin(Time now);
  void end(std::string_view secret);
  /// All but this one.
  void end_others(std::string_view secret);
  /// The CSRF token of a session that is good, which it is then for another while.
  std::optional<std::string> csrf_of(std::string_view secret, Time now);

 private:
  struct Open {
    std::string csrf;
    Time begun;
    Time used;
  };
  std::map<std::string, Open, std::less<>> open_;  ///< by the hash of the secret
};

/// Counts passwords that were tried: five in five minutes from one address, fifty from all of them,
/// then none is looked at until the oldest is that old.
class LoginGuard {
 public:
  using Time = Logins::Time;

  /// How long this address has to wait before it may try; nothing: it may.
  std::optional<std::chrono::seconds> wait_of(const std::string& address, Time now);
  void tried(const std::string& address, Time now);
  /// What this address tried before is forgiven.
  void succeeded(const std::string& address);

 private:
  struct Try {
    Time at;
    std::string address;
  };
  std::deque<Try> tries_;
};

}  // namespace web::server
