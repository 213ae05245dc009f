#include "sipstack/message/uri.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

bool is_host_char(char c) { return is_digit(c) || is_alpha(c) || c == '-' || c == '.' || c == '_'; }

/// RFC 3261 "user": unreserved, escaped, or user-unreserved. Anything else must be escaped.
bool is_user_char(char c) {
  return is_digit(c) || is_alpha(c) ||
         std::string_view{"-_.!~*'()&=+$,;?/%#[]"}.find(c) != std::string_view::npos;
}

bool escapes_are_whole(std::string_view text) {
  return text.find('%') == std::string_view::npos || unescape(text).has_value();
}

/// Splits host[:port]; false when either is malformed.
bool split_host_port(std::string_view text, UriView& uri) {
  std::size_t host_end = 0;
  if (text.starts_with('[')) {
    host_end = text.find(']');
    if (host_end == std::string_view::npos) return false;
    ++host_end;
    const auto inner = text.substr(1, host_end - 2);
    if (inner.size() < 2 || inner.find_first_not_of("0123456789abcdefABCDEF:.") != inner.npos)
      return false;
  } else {
    host_end = std::min(text.find(':'), text.size());
    if (!std::ranges::all_of(text.substr(0, host_end), is_host_char)) return false;
  }
  uri.host = text.substr(0, host_end);
  if (uri.host.empty()) return false;
  const auto rest = text.substr(host_end);
  if (rest.empty()) return true;
  const auto port = parse_number(rest.substr(1), 65535);
  if (rest.front() != ':' || !port || *port == 0) return false;
  uri.port = static_cast<std::uint16_t>(*port);
  return true;
}

bool split_user(std::string_view userinfo, UriView& uri) {
  const auto colon = userinfo.find(':');
  uri.user = userinfo.substr(0, colon);
  if (colon != std::string_view::npos) uri.password = userinfo.substr(colon + 1);
  return !uri.user.empty() && std::ranges::all_of(uri.user, is_user_char) &&
         escapes_are_whole(userinfo);
}

}  // namespace

bool UriView::is_sip() const { return iequals(scheme, "sip") || iequals(scheme, "sips"); }
bool UriView::is_sips() const { return iequals(scheme, "sips"); }

Parsed<UriView> UriView::parse(std::string_view text) {
  UriView uri;
  uri.text = text;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_alpha(text.front()))
    return ParseError{ParseErrc::bad_uri, 0};
  uri.scheme = text.substr(0, colon);
  for (const char c : uri.scheme)
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
      return ParseError{ParseErrc::bad_uri, 0};
  if (!uri.is_sip()) return uri;
  std::string_view rest = text.substr(colon + 1);
  // The user part may hold ; and ?, so the at sign is looked for first (it cannot be in a host).
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    if (!split_user(rest.substr(0, at), uri)) return ParseError{ParseErrc::bad_uri, colon + 1};
    rest = rest.substr(at + 1);
  }
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    uri.headers = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  const auto semicolon = std::min(rest.find(';'), rest.size());
  uri.params = ParamsView{rest.substr(semicolon)};
  const auto params_text = uri.params.text();
  if (!split_host_port(rest.substr(0, semicolon), uri) || !uri.params.well_formed() ||
      params_text.find_first_of(" \t<>\"@") != std::string_view::npos ||
      !escapes_are_whole(params_text))
    return ParseError{ParseErrc::bad_uri, static_cast<std::size_t>(rest.data() - text.data())};
  return uri;
}

std::optional<std::string> address_of_record(const UriView& uri) {
  if (!uri.is_sip() || uri.user.empty()) return std::nullopt;
  auto aor = unescape(uri.user);
  if (!aor) return std::nullopt;
  for (const char c : *aor)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
  *aor += '@';
  *aor += to_lower(uri.host);
  return aor;
}

bool is_push_param(std::string_view name) {
  if (name.size() > 3 && iequals(name.substr(0, 3), "pn-")) return true;
  return iequals(name, "app-id");
}

std::string without_push_params(std::string_view uri_text) {
  const auto uri = UriView::parse(uri_text);
  if (!uri || !uri->is_sip()) return std::string{uri_text};
  const auto params = uri->params.text();
  std::string out{uri_text.substr(0, params.empty() ? uri_text.size()
                                                    : static_cast<std::size_t>(params.data() -
                                                                               uri_text.data()))};
  std::string_view rest = params;
  while (const auto param = ParamsView::next(rest)) {
    if (is_push_param(param->name)) continue;
    out += ';';
    out += param->name;
    if (param->has_value) (out += '=') += param->value;
  }
  if (!params.empty() && !uri->headers.empty()) (out += '?') += uri->headers;
  return out;
}

}  // namespace sip
