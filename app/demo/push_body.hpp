#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace app::demo {

/// One push as it came in: the fields of the webhook's JSON body a phone needs.
struct PushSeen {
  std::string event;  ///< "call"
  std::string call_id;
  std::string caller;  ///< URI
  std::string callee;  ///< address of record
  std::string prid;    ///< the device's token, empty when the push is for the whole user
  int attempt{0};
  std::string request{};  ///< as the service saw it, for people to read
  bool operator==(const PushSeen&) const = default;
};

/// Nothing when the body is no JSON object or a field is missing or of another type.
std::optional<PushSeen> read_push(std::string_view body);

/// What X-Sipwake-Signature must say: "sha256=" and the hex HMAC of the body.
std::string push_signature(std::string_view secret, std::string_view body);

}  // namespace app::demo
