#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "app/demo/push_body.hpp"

namespace app::demo {

/// A push service for the demo: a small HTTP server on a loopback port of its own thread, made
/// before the server starts so that settings can point at it. Answers 200 to a well-formed push,
/// 400 to a broken one and 401 to a wrong signature.
class WebhookReceiver {
 public:
  /// Binds 127.0.0.1 (port 0: the system chooses) and starts serving. `secret` verifies
  /// X-Sipwake-Signature; empty: pushes are not signed. Throws boost::system::system_error.
  explicit WebhookReceiver(std::string secret = {}, std::uint16_t port = 0);
  ~WebhookReceiver();
  WebhookReceiver(WebhookReceiver&&) = delete;

  /// "http://127.0.0.1:PORT/push"
  const std::string& url() const;
  const std::string& secret() const;

  /// Called on the receiver's thread for every push from now on; an empty function: nobody listens.
  /// When it returns, the handler before is not running any more.
  using Handler = std::function<void(const PushSeen&)>;
  void on_push(Handler handler);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace app::demo
