#include "proxy/core/trunk/challenge.hpp"

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::trunk {

using sip::HeaderName;

namespace {

constexpr unsigned answers_most = 2;  ///< a nonce may be stale once

bool is_stale(std::string_view challenge) {
  return sip::to_lower(challenge).find("stale=true") != std::string::npos;
}

std::string cnonce(sip::IdSource& ids) {
  const std::uint64_t bits = ids.next();
  std::uint8_t bytes[8];
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(bits >> (8 * i));
  return sip::to_hex(bytes);
}

}  // namespace

std::optional<Credentials> answer(const record::Trunk& trunk, const sip::Message& response,
                                  std::string_view method, std::string_view uri, unsigned answered,
                                  sip::IdSource& ids) {
  const int status = response.status();
  if ((status != 401 && status != 407) || trunk.username.empty() || answered >= answers_most)
    return std::nullopt;
  const bool by_proxy = status == 407;
  const auto asks = by_proxy ? HeaderName::proxy_authenticate : HeaderName::www_authenticate;
  for (const sip::Header& h : response.headers()) {
    if (h.name != asks) continue;
    const auto challenge = response.value(h);
    if (answered > 0 && !is_stale(challenge)) continue;
    auto value =
        sip::auth::answer(challenge, trunk.username, trunk.password, method, uri, cnonce(ids), 1);
    if (value.empty()) continue;
    return Credentials{by_proxy ? HeaderName::proxy_authorization : HeaderName::authorization,
                       std::move(value)};
  }
  return std::nullopt;
}

}  // namespace proxy::trunk
