#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/settings/push_settings.hpp"
#include "proxy/runtime/push/jwt.hpp"
#include "proxy/runtime/push/service_gateway.hpp"

namespace proxy::runtime::push {

/// Pushes to browsers through whatever service their subscription names (RFC 8030), signed (RFC
/// 8292) and, when the phone gave its keys, encrypted for it (RFC 8291); else without a payload.
class WebPushGateway final : public ServiceGateway {
 public:
  /// `settings.key` must be set. Throws std::runtime_error that names what cannot be used.
  WebPushGateway(boost::asio::io_context& io, const WebPushSettings& settings, Done done,
                 const HealthBook::Changed& changed);

  void stop() override;
  std::vector<view::Provider> health() const override { return {health_.facts()}; }

 private:
  struct Service {
    std::unique_ptr<Http2Client> client;
    std::string token;
    sip::WallTime token_expires{};
    Clock::time_point used;
  };

  std::string prepare(Job& job) override;
  void ask(Job& job) override;
  Next judge(Job& job, const HttpAnswer& answer) override;
  HealthBook& health_of(const Job&) override { return health_; }

  Service* service_for(const std::string& origin, const Target& target);
  bool make_room();
  const std::string& token_for(const std::string& origin, Service& service) const;
  std::string sealed(const Job& job) const;

  const WebPushSettings settings_;
  JwtSigner signer_;
  std::string public_key_;
  std::shared_ptr<SSL_CTX> tls_;
  HealthBook health_;
  std::map<std::string, Service> services_;  ///< by origin
};

/// Fills in the key that signs and its public half, as phones are told it. Without a key file one
/// is made in the data folder once. Throws std::runtime_error that names the file.
void prepare_web_push(WebPushSettings& settings, const std::string& data_dir);

/// The key that prepare_web_push() makes is there.
bool has_made_key(const std::string& data_dir);

}  // namespace proxy::runtime::push
