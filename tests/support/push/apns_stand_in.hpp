#pragma once
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/push/http2_server.hpp"
#include "tests/support/push/jwt_check.hpp"

namespace test {

/// What a stand-in does with the next request instead of answering well.
struct PlannedAnswer {
  int status{200};
  std::string reason{};
  std::map<std::string, std::string> headers{};
  std::size_t body_bytes{0};  ///< so many in place of the JSON
  bool mute{false};
  bool close{false};
  bool go_away{false};  ///< answers, and takes no later request on this connection
};

/// Apple's push service for one team and its apps, as strict as the real one: signature, age, key
/// and team of the provider token, topic, push type, priority, ids, payload.
class ApnsStandIn {
 public:
  static constexpr const char* key_id = "ABC1234567";
  static constexpr const char* team_id = "DEF1234567";

  struct Seen {
    Http2Server::Request request;
    nlohmann::json jwt;      ///< header and claims
    nlohmann::json payload;  ///< as it was parsed
    int status{0};
    std::string reason;
  };

  /// `topics`: bundle ids.
  ApnsStandIn(boost::asio::io_context& io, std::set<std::string> topics);

  /// The .p8 of the team.
  const std::string& key() const { return key_.pem; }
  Http2Server& server() { return server_; }
  /// Is of the same team, as production and sandbox are.
  void join(const ApnsStandIn& other);

  /// Answers to the next requests, in turn; then all is well again.
  void plan(PlannedAnswer answer) { planned_.push_back(std::move(answer)); }
  void forget_plans() { planned_.clear(); }
  /// Only these are known; empty: all.
  std::set<std::string> known_tokens;
  std::map<std::string, std::int64_t> gone;  ///< token -> since when, ms
  std::vector<Seen> seen;
  std::function<void(const Seen&)> on_seen;

 private:
  struct Verdict {
    int status{200};
    std::string reason;
  };

  void serve(Http2Server::Connection& connection, const Http2Server::Request& request);
  Verdict judge(const Http2Server::Request& request, Seen& seen) const;
  Verdict judge_token(const Http2Server::Request& request, Seen& seen) const;
  Verdict judge_headers(const Http2Server::Request& request, const std::string& token) const;
  Verdict judge_payload(const Http2Server::Request& request, Seen& seen) const;

  MadeKey key_;
  std::set<std::string> topics_;
  std::deque<PlannedAnswer> planned_;
  Http2Server server_;
};

/// Carries out what was planned; false when it was an answer like any other.
bool misbehave(Http2Server::Connection& connection, const Http2Server::Request& request,
               const PlannedAnswer& plan, const std::string& body);

}  // namespace test
