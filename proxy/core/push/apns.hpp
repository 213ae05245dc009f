#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/core/push/request.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::push {

/// What an answer of Apple's push service asks for.
enum class ApnsMeaning : std::uint8_t {
  accepted,
  other_environment,  ///< the token is none here: production and sandbox have their own
  dead,
  setup,          ///< topic and token do not fit: somebody has to look
  ours,           ///< we asked wrongly; asking again changes nothing
  expired_token,  ///< the provider token (JWT) is too old
  credentials,    ///< the key is not taken
  too_large,
  slow_down,  ///< later, with the same provider token
  again,      ///< trouble of its own
};

struct ApnsAnswer {
  ApnsMeaning meaning{ApnsMeaning::ours};
  std::string reason;                         ///< "410 Unregistered"
  std::optional<sip::WallTime> dead_since{};  ///< with `dead`, when it says so
};

/// The table of answers. `body` is what came with the status: JSON, or anything.
ApnsAnswer read_apns(int status, std::string_view body);

/// What the owner should look at, empty when there is nothing he could do.
std::string_view apns_advice(const ApnsAnswer& answer);

/// The largest payload, in bytes.
std::size_t apns_payload_max(Kind kind);

/// Header fields of a push but for authorization and apns-id.
std::vector<std::pair<std::string, std::string>> apns_headers(const Request& push,
                                                              sip::WallTime now);

/// The claims of a provider token, JSON.
std::string apns_claims(std::string_view team_id, sip::WallTime issued);

}  // namespace proxy::push
