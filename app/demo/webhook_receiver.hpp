#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "app/demo/push_service.hpp"

namespace app::demo {

/// A push service for the demo: a small HTTP server on a loopback port of its own thread, made
/// before the server starts so that settings can point at it. Answers 200 to a well-formed push,
/// 400 to a broken one and 401 to a wrong signature.
class WebhookReceiver final : public PushService {
 public:
  /// Binds 127.0.0.1 (port 0: the system chooses) and starts serving. `secret` verifies
  /// X-Sipwake-Signature; empty: pushes are not signed. Throws boost::system::system_error.
  explicit WebhookReceiver(std::string secret = {}, std::uint16_t port = 0);
  ~WebhookReceiver() override;

  /// "http://127.0.0.1:PORT/push"
  const std::string& url() const;
  const std::string& secret() const;

  void configure(proxy::Settings& settings) override;
  std::string_view name() const override { return "the webhook"; }
  std::string_view phone() const override { return "mobile"; }
  std::string token(std::string_view user) override;
  std::string coordinates(std::string_view user) override;
  void on_push(Handler handler) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace app::demo
