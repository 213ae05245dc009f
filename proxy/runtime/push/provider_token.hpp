#pragma once
#include <chrono>
#include <filesystem>
#include <string>

#include "proxy/core/settings/push_settings.hpp"
#include "proxy/runtime/push/jwt.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::runtime::push {

/// The provider token of one APNs team: signed once for 50 minutes, since Apple refuses servers
/// that make a new one more often than every 20 minutes. Kept in a file over restarts.
class ProviderToken {
 public:
  static constexpr std::chrono::minutes lifetime{50};
  static constexpr std::chrono::minutes youngest{20};

  /// `folder`: where its file lies; empty: nowhere. Throws KeyError.
  ProviderToken(const ApnsSettings& settings, const std::filesystem::path& folder);

  /// Made anew when the old one has come of age.
  const std::string& at(sip::WallTime now);
  /// The service finds it too old. False when it is younger than a new one may be made.
  bool renew(sip::WallTime now);

 private:
  void make(sip::WallTime now);
  void read(sip::WallTime now);
  void write() const;

  JwtSigner signer_;
  std::string key_id_;
  std::string team_id_;
  std::string mark_;  ///< of the key, so that another key of the same id makes another token
  std::filesystem::path file_;
  std::string token_;
  sip::WallTime issued_{};
  bool looked_{false};
};

}  // namespace proxy::runtime::push
