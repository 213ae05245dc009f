#include "web/api/aor.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "sipstack/base/text.hpp"

namespace web::api {
namespace {

constexpr std::size_t longest = 255;

/// RFC 3261 section 25.1 "user": unreserved, escapes and user-unreserved.
bool is_user(std::string_view user) {
  constexpr std::string_view others = "-_.!~*'()&=+$,;?/%";
  const auto good = [&](char c) {
    return sip::is_alpha(c) || sip::is_digit(c) || others.find(c) != std::string_view::npos;
  };
  return !user.empty() && std::all_of(user.begin(), user.end(), good) &&
         sip::unescape(user).has_value();
}

bool is_host(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto good = [&](char c) {
    return sip::is_alpha(c) || sip::is_digit(c) || c == '.' ||
           (bracketed ? c == ':' : c == '-' || c == '_');
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), good);
}

}  // namespace

std::optional<std::string> parse_aor(std::string_view text) {
  constexpr std::string_view scheme = "sip:";
  if (sip::iequals(text.substr(0, scheme.size()), scheme)) text.remove_prefix(scheme.size());
  const auto at = text.find('@');
  if (text.size() > longest || at == std::string_view::npos) return std::nullopt;
  const auto user = text.substr(0, at);
  const auto host = text.substr(at + 1);
  if (!is_user(user) || !is_host(host)) return std::nullopt;
  return std::string{user} + '@' + sip::to_lower(host);
}

std::optional<std::string> parse_shown_aor(std::string_view text) {
  const auto at = text.rfind('@');
  if (text.size() > longest || at == std::string_view::npos || at == 0) return std::nullopt;
  const auto host = text.substr(at + 1);
  if (!is_host(host)) return std::nullopt;
  return std::string{text.substr(0, at)} + '@' + sip::to_lower(host);
}

std::string escape_aor(std::string_view shown) {
  constexpr std::string_view kept = "-_.!~*'()+";
  const auto at = std::min(shown.rfind('@'), shown.size());
  std::string out;
  for (const char c : shown.substr(0, at)) {
    if (sip::is_alpha(c) || sip::is_digit(c) || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const std::array byte{static_cast<std::uint8_t>(c)};
      out += '%' + sip::to_hex(byte);
    }
  }
  return out.append(shown.substr(at));
}

}  // namespace web::api
