#include "proxy/runtime/push/url.hpp"

#include <algorithm>
#include <variant>

#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

using Problem = std::string_view;
using Result = std::variant<Target, Problem>;

constexpr std::size_t url_max = 2'048;
constexpr std::size_t host_max = 255;

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= host_max &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return sip::is_digit(c) || sip::is_alpha(c) || c == '.' || c == '-' || c == '_';
         });
}

bool is_ipv6(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return sip::is_digit(c) || (sip::lower(c) >= 'a' && sip::lower(c) <= 'f') || c == ':' ||
           c == '.';
  });
}

Result parse_authority(std::string_view authority, Target target) {
  target.host_header = authority;
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return Problem{"the bracket is not closed"};
    target.host = authority.substr(1, end - 1);
    const auto rest = authority.substr(end + 1);
    if (!is_ipv6(target.host)) return Problem{"not an IPv6 address"};
    if (!rest.empty() && rest.front() != ':') return Problem{"bad text after the address"};
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else {
    const auto colon = authority.find(':');
    target.host = authority.substr(0, colon);
    if (!is_host(target.host)) return Problem{"bad host name"};
    has_port = colon != std::string_view::npos;
    if (has_port) port = authority.substr(colon + 1);
  }
  if (!has_port) return target;
  const auto number = sip::parse_number(port, 65'535);
  if (!number || *number == 0) return Problem{"bad port"};
  target.port = static_cast<std::uint16_t>(*number);
  return target;
}

Result parse(std::string_view url) {
  constexpr std::string_view http = "http://";
  constexpr std::string_view https = "https://";
  constexpr std::uint16_t https_port = 443;
  if (url.size() > url_max) return Problem{"too long"};
  const bool visible =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!visible) return Problem{"blanks, control or non-ASCII characters in it"};
  const bool tls = sip::iequals(url.substr(0, https.size()), https);
  if (!tls && !sip::iequals(url.substr(0, http.size()), http))
    return Problem{"must begin with http:// or https://"};
  url.remove_prefix(tls ? https.size() : http.size());
  url = url.substr(0, url.find('#'));
  const auto path = std::min(url.find_first_of("/?"), url.size());
  const auto authority = url.substr(0, path);
  if (authority.find('@') != std::string_view::npos) return Problem{"user names are not supported"};
  Target target;
  target.tls = tls;
  if (tls) target.port = https_port;
  if (path < url.size()) target.path = url.substr(path);
  if (target.path.starts_with('?')) target.path.insert(0, 1, '/');
  return parse_authority(authority, std::move(target));
}

}  // namespace

std::optional<Target> parse_url(std::string_view url) {
  auto result = parse(url);
  if (auto* target = std::get_if<Target>(&result)) return std::move(*target);
  return std::nullopt;
}

std::string url_problem(std::string_view url) {
  const auto result = parse(url);
  const auto* problem = std::get_if<Problem>(&result);
  return problem == nullptr ? std::string{} : std::string{*problem};
}

}  // namespace proxy::runtime::push
