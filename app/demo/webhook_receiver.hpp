#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace app::demo {

/// One push as it came in: the fields of the webhook's JSON body a phone needs.
struct PushSeen {
  std::string event;  ///< "call"
  std::string call_id;
  std::string caller;  ///< URI
  std::string callee;  ///< address of record
  std::string prid;    ///< the device's token, empty when the push is for the whole user
  int attempt{0};
  bool signature_ok{true};  ///< always true without a secret
};

/// A push service for the demo: a small HTTP server on a loopback port of its own thread, made
/// before the server starts so that settings can point at it. Answers 200 to a well-formed push,
/// 400 to a broken one and 401 to a wrong signature.
class WebhookReceiver {
 public:
  /// Binds 127.0.0.1 port 0 and starts serving. `secret` verifies X-Sipwake-Signature; empty:
  /// pushes are not signed. Throws boost::system::system_error.
  explicit WebhookReceiver(std::string secret = {});
  ~WebhookReceiver();
  WebhookReceiver(WebhookReceiver&&) = delete;

  /// "http://127.0.0.1:PORT/push"
  const std::string& url() const;
  const std::string& secret() const;

  /// Called on the receiver's thread for every push from now on; an empty function: nobody listens.
  using Handler = std::function<void(const PushSeen&)>;
  void on_push(Handler handler);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace app::demo
