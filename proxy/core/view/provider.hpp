#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/base/time.hpp"

namespace proxy::view {

enum class ProviderState : std::uint8_t {
  unknown,  ///< nothing was asked of it yet
  ready,
  degraded,             ///< it answers, but some of its last answers were errors of its own
  credentials_refused,  ///< it does not take our key; somebody has to look
  unreachable,
};

/// How one push service is for one of our keys. Nothing secret is in it.
struct Provider {
  std::string provider;  ///< "apns", "fcm", "webpush", "webhook"
  std::string name;      ///< APNs: team and topics; FCM: project; webhook: host
  ProviderState state{ProviderState::unknown};
  std::string last_error;  ///< plain words; empty: there was none
  sip::WallTime last_error_at{};
  sip::WallTime last_success_at{};
  std::uint64_t accepted{0};
  std::uint64_t refused{0};
  std::uint64_t dead{0};
  std::uint64_t failed{0};
  std::optional<std::int64_t> p50_ms{};  ///< of the last answers, asked to answered
  std::optional<std::int64_t> p95_ms{};
  std::optional<std::int64_t> p99_ms{};
  std::optional<sip::Duration> clock_ahead{};  ///< ours to the service's, by its last Date
};

/// "ready", "credentials refused", ...
std::string_view to_string(ProviderState state);

}  // namespace proxy::view
