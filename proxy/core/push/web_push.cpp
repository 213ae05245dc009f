#include "proxy/core/push/web_push.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/base64url.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::push {
namespace {

constexpr std::size_t topic_size = 32;
constexpr std::string_view https{"https://"};

/// Where nobody's push service is: this host, private networks, links, examples, groups (RFC 6890);
/// of IPv6 also what carries an IPv4 address inside.
constexpr std::array<std::string_view, 15> closed_v4{
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
constexpr std::array<std::string_view, 3> closed_v6{"2001::/23", "2001:db8::/32", "2002::/16"};

bool is_in(const sip::Address& address, std::string_view block) {
  const auto parsed = sip::AddressBlock::parse(block);
  return parsed && parsed->contains(address);
}

std::string_view phrase_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 410:
      return "Gone";
    case 413:
      return "Payload Too Large";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return {};
  }
}

WebPushMeaning meaning_of(int status) {
  if (status / 100 == 2) return WebPushMeaning::accepted;
  if (status == 404 || status == 410) return WebPushMeaning::dead;
  if (status == 413) return WebPushMeaning::too_large;
  if (status == 401 || status == 403) return WebPushMeaning::credentials;
  if (status == 429) return WebPushMeaning::slow_down;
  return status / 100 == 5 ? WebPushMeaning::again : WebPushMeaning::refused;
}

}  // namespace

WebPushAnswer read_web_push(int status) {
  WebPushAnswer out{meaning_of(status), std::to_string(status)};
  if (const auto phrase = phrase_of(status); !phrase.empty()) out.reason.append(" ").append(phrase);
  if (status / 100 == 3) out.reason += " (redirects are not followed)";
  return out;
}

std::string origin_of(std::string_view url) {
  if (!url.starts_with(https)) return {};
  const auto end = std::min(url.find_first_of("/?#", https.size()), url.size());
  std::string host = sip::to_lower(url.substr(https.size(), end - https.size()));
  if (host.empty() || host.find('@') != std::string::npos) return {};
  if (host.ends_with(":443")) host.resize(host.size() - 4);
  return std::string{https} + host;
}

std::string vapid_claims(std::string_view origin, std::string_view subject, sip::WallTime expires) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count();
  const nlohmann::json claims{
      {"aud", std::string{origin}}, {"exp", seconds}, {"sub", std::string{subject}}};
  return claims.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string topic_of(std::string_view name) {
  const auto digest = sip::auth::hmac_sha256("topic", name);
  return sip::base64url(digest).substr(0, topic_size);
}

bool is_public(const sip::Address& address) {
  const auto holds = [&](std::string_view block) { return is_in(address, block); };
  if (address.is_v4()) return std::ranges::none_of(closed_v4, holds);
  return is_in(address, "2000::/3") && std::ranges::none_of(closed_v6, holds);
}

}  // namespace proxy::push
