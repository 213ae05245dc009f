#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/push/request.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::push {

/// What an answer of Google's push service (HTTP v1) asks for.
enum class FcmMeaning : std::uint8_t {
  accepted,
  dead,
  setup,        ///< the token is of another project
  ours,         ///< we asked wrongly; asking again changes nothing
  expired,      ///< the access token is not taken: a new one may be
  credentials,  ///< the service account may not do this
  slow_down,
  again,  ///< trouble of its own
};
struct FcmAnswer {
  FcmMeaning meaning{FcmMeaning::ours};
  std::string reason;  ///< "404 UNREGISTERED"
};
FcmAnswer read_fcm(int status, std::string_view body);
/// What the owner should look at, empty when there is nothing he could do.
std::string_view fcm_advice(const FcmAnswer& answer);

/// Why this push cannot be sent as it is: data that is no object of texts, too large, or with a key
/// that Google keeps for itself. Empty: it can.
std::string fcm_problem(const Request& push);
/// The whole body of a push that has no problem.
std::string fcm_message(const Request& push);

/// Claims of the assertion that a service account asks for an access token with (RFC 7523).
std::string oauth_claims(std::string_view email, std::string_view token_uri, sip::WallTime now);
struct AccessToken {
  std::string text;
  std::chrono::seconds lifetime{0};
};
/// Nothing when the answer holds none.
std::optional<AccessToken> read_access_token(std::string_view body);
/// "400 invalid_grant: Invalid JWT Signature."
std::string oauth_reason(int status, std::string_view body);

}  // namespace proxy::push
