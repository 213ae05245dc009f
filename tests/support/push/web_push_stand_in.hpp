#pragma once
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/runtime/push/ece.hpp"
#include "tests/support/push/apns_stand_in.hpp"

namespace test {

/// A browser's subscription: where its service is, and the keys its messages are encrypted to.
class Browser {
 public:
  explicit Browser(std::string url);

  const std::string& url() const { return url_; }
  std::string p256dh() const;  ///< base64url, as its page tells it
  std::string auth() const;
  /// Nothing when the message is not for this browser.
  std::optional<std::string> read(const std::string& message) const;

 private:
  std::string url_;
  std::string secret_;
  proxy::runtime::push::MessageKey key_;
};

/// A Web Push service, as strict as the real ones: TTL, Urgency, Topic, the VAPID token (signature,
/// audience, expiry, subject) and the content coding. Its browsers read what they are sent.
class WebPushStandIn {
 public:
  struct Seen {
    Http2Server::Request request;
    nlohmann::json jwt;               ///< header and claims
    std::optional<std::string> text;  ///< what the browser read; nothing: no payload
    int status{0};
    std::string why;  ///< what was wrong
  };

  /// `public_key`: whose messages the subscription takes, base64url.
  WebPushStandIn(boost::asio::io_context& io, std::string public_key);

  Http2Server& server() { return server_; }
  const Browser& browser() const { return browsers_.at(first_path); }
  /// One more browser of this service.
  const Browser& subscribe(const std::string& name);
  /// What subscribe() gave.
  const Browser& subscribed(std::string_view name) const;
  /// Answers to the next requests, in turn; then all is well again.
  void plan(PlannedAnswer answer) { planned_.push_back(std::move(answer)); }
  void forget_plans() { planned_.clear(); }
  std::vector<Seen> seen;
  std::function<void(const Seen&)> on_seen;

 private:
  static constexpr const char* folder = "/wpush/v2/";
  static constexpr const char* first_path = "/wpush/v2/abc";

  void serve(Http2Server::Connection& connection, const Http2Server::Request& request);
  void judge(Seen& one) const;
  std::string vapid_problem(Seen& one) const;

  std::string public_key_;
  std::deque<PlannedAnswer> planned_;
  Http2Server server_;
  std::map<std::string, Browser> browsers_;  ///< by path
};

}  // namespace test
