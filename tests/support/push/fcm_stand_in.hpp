#pragma once
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/push/apns_stand_in.hpp"
#include "tests/support/push/http_stub.hpp"

namespace test {

/// Google's push service for one project, and the endpoint that gives its access tokens: checks the
/// signed assertion, the access token, and that the message is data alone with no reserved key.
class FcmStandIn {
 public:
  static constexpr const char* project = "my-project";
  static constexpr const char* email = "push@my-project.iam.gserviceaccount.com";

  struct Seen {
    Http2Server::Request request;
    nlohmann::json message;
    int status{0};
    std::string reason;
  };

  explicit FcmStandIn(boost::asio::io_context& io);

  /// The JSON of the service account.
  std::string account() const;
  const std::string& key() const { return key_.pem; }
  std::string token_uri() const { return oauth_.url(); }
  Http2Server& server() { return server_; }

  void plan(PlannedAnswer answer) { planned_.push_back(std::move(answer)); }
  void forget_plans() { planned_.clear(); }
  /// Takes back the access tokens it gave.
  void revoke() { tokens_.clear(); }
  std::set<std::string> gone;
  std::vector<Seen> seen;
  std::vector<nlohmann::json> assertions;  ///< header and claims
  unsigned oauth_status{200};              ///< what the token endpoint answers
  std::int64_t token_life{3'600};
  std::function<void(const Seen&)> on_seen;

 private:
  struct Verdict {
    int status{200};
    std::string reason;
  };
  HttpStub::Reply give_token(const HttpStub::Request& request);
  void serve(Http2Server::Connection& connection, const Http2Server::Request& request);
  Verdict judge(const Http2Server::Request& request, Seen& one) const;
  Verdict judge_message(const nlohmann::json& message) const;

  MadeKey key_;
  std::deque<PlannedAnswer> planned_;
  std::set<std::string> tokens_;
  HttpStub oauth_;
  Http2Server server_;
};

}  // namespace test
