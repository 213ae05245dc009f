#include "proxy/core/routing/purr.hpp"

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/base64url.hpp"

namespace proxy::routing {
namespace {

constexpr std::size_t purr_bytes = 12;

}  // namespace

std::string purr_of(std::string_view key, std::int64_t device) {
  return sip::base64url(
      sip::auth::hmac_sha256(key, "purr " + std::to_string(device)).substr(0, purr_bytes));
}

bool is_purr_of(std::string_view text, std::string_view key, std::int64_t device) {
  return sip::auth::same_secret(text, purr_of(key, device));
}

}  // namespace proxy::routing
