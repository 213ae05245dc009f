#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sipstack/base/time.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy::push {

/// What an answer of a Web Push service means (RFC 8030 section 5).
enum class WebPushMeaning : std::uint8_t {
  accepted,
  dead,         ///< the subscription is gone
  too_large,    ///< its payload
  credentials,  ///< it does not take our key or who we say we are
  slow_down,
  again,  ///< trouble of its own
  refused,
};
struct WebPushAnswer {
  WebPushMeaning meaning{WebPushMeaning::refused};
  std::string reason;  ///< "410 Gone"
};
WebPushAnswer read_web_push(int status);

/// Scheme, host and port of a URL, as the token for it names its service (RFC 6454 section 6.2).
/// Empty when it is no https URL.
std::string origin_of(std::string_view url);

/// The claims of a VAPID token (RFC 8292 section 2), JSON.
std::string vapid_claims(std::string_view origin, std::string_view subject, sip::WallTime expires);

/// A Topic (RFC 8030 section 5.4) for a name of any form: 32 characters.
std::string topic_of(std::string_view name);

/// True for an address of the public internet. A subscription's URL comes from the network: it must
/// lead us to no host of our own.
bool is_public(const sip::Address& address);

}  // namespace proxy::push
