#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "sipstack/base/time.hpp"

namespace test {

/// How the push service answers.
struct PushAnswer {
  std::optional<proxy::PushOutcome> outcome{proxy::PushOutcome::accepted};  ///< nothing: never
  std::string reason{"200 OK"};
  sip::Duration delay{0};
  int times{1};
};

/// A push service that keeps what it was given and answers by plan.
class FakePush {
 public:
  struct Seen {
    proxy::Push push;
    sip::Duration at{};
    bool dropped{false};
    bool read{false};  ///< the script has asked for it
  };

  void set_default(PushAnswer answer) { default_ = std::move(answer); }
  /// For pushes whose body contains this text (a token).
  void set_for(const std::string& token, PushAnswer answer) {
    by_token_[token] = std::move(answer);
  }
  /// Takes the push and says how it will be answered.
  PushAnswer take(const proxy::Push& push, sip::Duration at) {
    seen_.push_back({push, at});
    for (const auto& [token, answer] : by_token_)
      if (push.body.find(token) != std::string::npos) return answer;
    return default_;
  }
  void drop(proxy::PushId id) {
    for (auto& seen : seen_)
      if (seen.push.id == id) seen.dropped = true;
  }
  std::deque<Seen>& seen() { return seen_; }

 private:
  PushAnswer default_;
  std::map<std::string, PushAnswer> by_token_;
  std::deque<Seen> seen_;
};

}  // namespace test
