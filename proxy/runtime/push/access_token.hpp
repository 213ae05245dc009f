#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/settings/push_settings.hpp"
#include "proxy/runtime/push/http_connection.hpp"
#include "proxy/runtime/push/jwt.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::runtime::push {

/// The access token of one Google service account: asked for with a signed assertion (RFC 7523),
/// kept until it ends, renewed five minutes before. One request at a time, whoever waits.
class AccessTokenSource {
 public:
  enum class Trouble : std::uint8_t { none, refused, unreachable };
  struct Result {
    Trouble trouble{Trouble::none};
    std::string why;
  };
  using Waiter = std::function<void(const Result&)>;

  /// Throws KeyError.
  AccessTokenSource(boost::asio::io_context& io, const FcmSettings& settings,
                    std::shared_ptr<SSL_CTX> tls);

  /// The token while it is good, else null. Asks for the next one ahead of its end.
  const std::string* current();
  /// Calls back when a token was asked for, after which current() may give one.
  void fetch(Waiter waiter);
  /// The service does not take this one (any more).
  void forget(const std::string& token) {
    if (token == token_) token_.clear();
  }
  void stop();

 private:
  boost::asio::awaitable<void> run();
  boost::asio::awaitable<Result> ask();

  boost::asio::io_context& io_;
  JwtSigner signer_;
  std::string email_;
  std::string key_id_;
  std::string token_uri_;
  std::shared_ptr<SSL_CTX> tls_;
  std::optional<Target> proxy_;
  std::string token_;
  Clock::time_point renew_at_{};
  Clock::time_point ends_at_{};
  std::vector<Waiter> waiters_;
  bool asking_{false};
  bool stopped_{false};
};

}  // namespace proxy::runtime::push
