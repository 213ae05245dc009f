#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/core/settings/push_settings.hpp"
#include "proxy/runtime/push/provider_token.hpp"
#include "proxy/runtime/push/service_gateway.hpp"

namespace proxy::runtime::push {

/// Pushes through Apple, for several teams and apps.
class ApnsGateway final : public ServiceGateway {
 public:
  struct Options {
    std::vector<ApnsSettings> teams;
    std::filesystem::path data_dir;  ///< where provider tokens are kept; empty: nowhere
    sip::Duration hedge{std::chrono::seconds{2}};
  };

  /// Throws std::runtime_error that names the file when a key or certificate cannot be used.
  ApnsGateway(boost::asio::io_context& io, const Options& options, Done done,
              const HealthBook::Changed& changed);

  void start() override;
  void stop() override;
  std::vector<view::Provider> health() const override;

 private:
  struct Team {
    ApnsSettings settings;
    ProviderToken token;
    HealthBook health;
    std::unique_ptr<Http2Client> production;
    std::unique_ptr<Http2Client> sandbox_own;  ///< null: one endpoint serves both
    Clock::time_point blocked_until{};         ///< its key was refused
  };

  std::string prepare(Job& job) override;
  void ask(Job& job) override;
  Next judge(Job& job, const HttpAnswer& answer) override;
  HealthBook& health_of(const Job& job) override { return teams_.at(job.account)->health; }

  void add_team(const ApnsSettings& settings, const Options& options,
                const HealthBook::Changed& changed);
  std::unique_ptr<Http2Client> make_client(Team& team, const std::string& url,
                                           const Options& options);
  Next accepted(Job& job);
  Next other_environment(Job& job, const std::string& reason);
  void learn(const Job& job);

  std::vector<std::unique_ptr<Team>> teams_;
  /// Where tokens are known that were not where their phone said; bounded.
  std::unordered_map<std::string, bool> learned_;
};

}  // namespace proxy::runtime::push
