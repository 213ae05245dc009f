#include "sipstack/message/uri.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/host.hpp"

namespace sip {
namespace {

constexpr auto none = std::string_view::npos;

/// RFC 3261 "user": unreserved, escaped, or user-unreserved, and # [ ] as dial strings have them.
constexpr CharSet user_chars = CharSet::alphanumeric_and("-_.!~*'()&=+$,;?/%#[]");
/// What no part of a URI can hold: blanks, controls, quotes and angle brackets.
constexpr CharSet uri_chars = CharSet::visible_but("<>\"");
constexpr CharSet scheme_chars = CharSet::alphanumeric_and("+-.");

bool escapes_are_whole(std::string_view text) {
  return text.find('%') == none || unescape(text).has_value();
}

bool is_sound_text(std::string_view text) {
  return uri_chars.holds_all(text) && escapes_are_whole(text);
}

/// Splits host[:port]; false when either is malformed.
bool split_host_port(std::string_view text, UriView& uri) {
  // An IPv6 reference holds colons of its own.
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == none) return false;
  const auto host_end = std::min(text.find(':', bracket), text.size());
  uri.host = text.substr(0, host_end);
  if (!is_host(uri.host)) return false;
  if (host_end == text.size()) return true;
  const auto port = parse_number(text.substr(host_end + 1), 65535);
  if (!port || *port == 0) return false;
  uri.port = static_cast<std::uint16_t>(*port);
  return true;
}

bool split_user(std::string_view userinfo, UriView& uri) {
  const auto colon = userinfo.find(':');
  uri.user = userinfo.substr(0, colon);
  if (colon != none) uri.password = userinfo.substr(colon + 1);
  return !uri.user.empty() && user_chars.holds_all(uri.user) &&
         user_chars.holds_all(uri.password) && escapes_are_whole(userinfo);
}

/// Every parameter has a name; values are free, as push parameters come with raw : & / and =.
bool are_sound_params(std::string_view text) {
  if (!is_sound_text(text)) return false;
  while (const auto param = ParamsView::next(text))
    if (param->name.empty()) return false;
  return text.empty();
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) && scheme_chars.holds_all(text);
}

}  // namespace

bool UriView::is_sip() const {
  return (scheme.size() == 3 || is_sips()) && iequals(scheme.substr(0, 3), "sip");
}
bool UriView::is_sips() const { return iequals(scheme, "sips"); }

Parsed<UriView> UriView::parse(std::string_view text) {
  UriView uri;
  uri.text = text;
  const auto colon = text.find(':');
  if (colon == none || !is_scheme(text.substr(0, colon))) return ParseError{ParseErrc::bad_uri, 0};
  uri.scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  const auto bad = [&] {
    return ParseError{ParseErrc::bad_uri, static_cast<std::size_t>(rest.data() - text.data())};
  };
  if (!uri.is_sip()) {
    if (rest.empty() || !uri_chars.holds_all(rest)) return bad();
    return uri;
  }
  // The user part may hold ; and ?, so the at sign is looked for first (it cannot be in a host).
  if (const auto at = rest.find('@'); at != none) {
    if (!split_user(rest.substr(0, at), uri)) return bad();
    rest = rest.substr(at + 1);
  }
  if (const auto mark = rest.find('?'); mark != none) {
    uri.headers = rest.substr(mark + 1);
    if (uri.headers.empty() || !is_sound_text(uri.headers)) return bad();
    rest = rest.substr(0, mark);
  }
  const auto semicolon = std::min(rest.find(';'), rest.size());
  uri.params = ParamsView{rest.substr(semicolon)};
  if (!split_host_port(rest.substr(0, semicolon), uri) || !are_sound_params(uri.params.text()))
    return bad();
  return uri;
}

std::optional<std::string> address_of_record(const UriView& uri) {
  if (!uri.is_sip() || uri.user.empty()) return std::nullopt;
  auto aor = unescape(uri.user);
  if (!aor) return std::nullopt;
  for (const char c : *aor)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
  std::string_view host = uri.host;
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);  // the same name, rooted
  *aor += '@';
  *aor += to_lower(host);
  return aor;
}

bool is_push_param(std::string_view name) {
  if (name.size() > 3 && iequals(name.substr(0, 3), "pn-")) return true;
  if (name.size() > 5 && iequals(name.substr(0, 5), "x-pn-")) return true;
  return iequals(name, "app-id");
}

std::string without_push_params(std::string_view uri_text) {
  const auto uri = UriView::parse(uri_text);
  if (!uri || !uri->is_sip()) return std::string{uri_text};
  const auto params = uri->params.text();
  std::string out{uri_text.substr(
      0, params.empty() ? uri_text.size()
                        : static_cast<std::size_t>(params.data() - uri_text.data()))};
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
