#pragma once
#include <string>
#include <string_view>

#include "proxy/core/record/rows.hpp"

namespace proxy::push {

/// What a push about a call says; views live as long as the call.
struct CallNotice {
  /// "call"; "missed": the call is over, nobody is to be woken for it; "wake": no call, the phone
  /// is to register.
  std::string_view event{"call"};
  std::string_view call_id;
  std::string_view caller_uri;
  std::string_view caller_name;
  std::string_view callee;                ///< address of record
  const record::Device* device{nullptr};  ///< none: nobody registered, the user as such is asked
  unsigned attempt{1};
  std::string_view push_id{};    ///< X-Push-ID of the INVITE, by which some phones find the call
  std::chrono::seconds ttl{30};  ///< how long the call waits
  sip::WallTime sent_at{};
};

/// The body of a webhook push, JSON (schema/push.webhook.schema.json). Bytes that are no UTF-8 are
/// replaced, so that every receiver can read it.
std::string webhook_body(const CallNotice& notice);
/// "sha256=HEX" over the body, or empty without a secret.
std::string webhook_signature(std::string_view secret, std::string_view body);

/// Milliseconds since 1970 as RFC 3339 in UTC: "2025-03-01T12:00:00.123Z".
std::string rfc3339(sip::WallTime at);

/// The platform of a device: its push provider without the sandbox suffix, else "webhook".
std::string_view platform_of(const record::Device& device);

}  // namespace proxy::push
