#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace proxy::push {

enum class Service : std::uint8_t { webhook, apns, fcm, webpush };

/// What a push is to do on the phone. APNs knows them apart: a call wakes the app through PushKit
/// and must become a call screen, an alert is shown to the user, and a wake is seen by nobody
/// ("background", priority 5).
enum class Kind : std::uint8_t { call, alert, wake };

/// A push as the core words it. The edge adds credentials, ids and retries.
struct Request {
  Service service{Service::webhook};
  Kind kind{Kind::call};
  std::string app{};    ///< APNs: bundle id; FCM: project id or number; else empty
  std::string token{};  ///< APNs: hex digits; FCM: as registered; Web Push: the subscription's URL
  bool sandbox{false};  ///< APNs: the environment that is asked first
  std::string url{};    ///< webhook: where to
  /// JSON. Webhook: the body; APNs: the payload; FCM: the object `data`, texts only; Web Push: what
  /// is encrypted for the phone.
  std::string body{};
  std::string slim_body{};  ///< sent when the service finds `body` too large; empty: nothing is
  std::string signature{};  ///< webhook: value of X-Sipwake-Signature, empty: no secret
  std::string p256dh{};     ///< Web Push: the phone's key and secret as it gave them
  std::string auth{};
  std::string collapse{};       ///< a later push of this name takes the place of one not delivered
  std::chrono::seconds ttl{0};  ///< how long the service may keep it; 0: now or never
};

}  // namespace proxy::push
