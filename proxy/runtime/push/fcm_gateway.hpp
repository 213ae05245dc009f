#pragma once
#include <memory>
#include <string>
#include <vector>

#include "proxy/core/settings/push_settings.hpp"
#include "proxy/runtime/push/access_token.hpp"
#include "proxy/runtime/push/service_gateway.hpp"

namespace proxy::runtime::push {

/// Pushes through Google (FCM HTTP v1), for several projects.
class FcmGateway final : public ServiceGateway {
 public:
  /// Throws std::runtime_error that names the file when a key or certificate cannot be used.
  FcmGateway(boost::asio::io_context& io, const std::vector<FcmSettings>& projects, Done done,
             const HealthBook::Changed& changed);

  void start() override;
  void stop() override;
  std::vector<view::Provider> health() const override;

 private:
  struct Project {
    FcmSettings settings;
    AccessTokenSource token;
    HealthBook health;
    std::unique_ptr<Http2Client> client;
    Clock::time_point blocked_until{};  ///< its service account was refused
  };

  std::string prepare(Job& job) override;
  void ask(Job& job) override;
  Next judge(Job& job, const HttpAnswer& answer) override;
  HealthBook& health_of(const Job& job) override { return projects_.at(job.account)->health; }

  void add_project(const FcmSettings& settings, const HealthBook::Changed& changed);
  void ask_with(Job& job, const std::string& token);
  void token_came(PushId id, const AccessTokenSource::Result& result);
  Next refused(Project& project, const std::string& reason, const std::string& words);

  std::vector<std::unique_ptr<Project>> projects_;
};

}  // namespace proxy::runtime::push
