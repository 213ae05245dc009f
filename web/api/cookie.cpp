#include "web/api/cookie.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace web::api {
namespace {

constexpr std::string_view name = "sipwake_session";
constexpr std::string_view attributes = "; Path=/; HttpOnly; SameSite=Strict";
constexpr std::size_t longest = 128;

}  // namespace

std::string session_of(std::string_view cookie) {
  std::string found;
  while (!cookie.empty()) {
    const auto end = cookie.find(';');
    const auto pair = sip::trim(cookie.substr(0, end));
    cookie = end == std::string_view::npos ? std::string_view{} : cookie.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (!found.empty()) return {};
    found = pair.substr(equals + 1);
  }
  const auto good = [](char c) { return sip::is_alpha(c) || sip::is_digit(c); };
  if (found.size() > longest || !std::all_of(found.begin(), found.end(), good)) return {};
  return found;
}

std::string session_cookie(std::string_view secret, std::int64_t lifetime_s) {
  return std::string{name}
      .append("=")
      .append(secret)
      .append("; Max-Age=")
      .append(std::to_string(lifetime_s))
      .append(attributes);
}

std::string no_session_cookie() {
  return std::string{name}.append("=; Max-Age=0").append(attributes);
}

}  // namespace web::api
