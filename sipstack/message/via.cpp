#include "sipstack/message/via.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/host.hpp"

namespace sip {
namespace {

constexpr CharSet host_end{":; \t"};
constexpr CharSet port_end{"; \t"};

/// Takes one token off the front, and the blanks around it.
std::string_view take_token(std::string_view& rest) {
  rest = trim(rest);
  const auto size = token_chars.skip_in(rest);
  const auto token = rest.substr(0, size);
  rest = trim(rest.substr(size));
  return token;
}

bool take_slash(std::string_view& rest) {
  if (rest.empty() || rest.front() != '/') return false;
  rest.remove_prefix(1);
  return true;
}

/// Notes the branch; false when a parameter is malformed, there are two branches, or a ttl that is
/// none (RFC 3261 section 25.1).
bool read_params(ViaView& via) {
  std::string_view rest = via.params.text();
  while (const auto param = ParamsView::next_checked(rest)) {
    if (iequals(param->name, "branch")) {
      if (!via.branch.empty() || param->value.empty()) return false;
      via.branch = param->value;
    } else if (iequals(param->name, "ttl") && !parse_number(param->value, 255)) {
      return false;
    }
  }
  return rest.empty();
}

}  // namespace

Parsed<ViaView> ViaView::parse(std::string_view text) {
  ViaView via;
  std::string_view rest = text;
  const auto bad = [&] {
    return ParseError{ParseErrc::bad_via, static_cast<std::size_t>(rest.data() - text.data())};
  };
  // Name and version may be any token: an answer to another version goes back all the same.
  if (take_token(rest).empty() || !take_slash(rest)) return bad();
  if (take_token(rest).empty() || !take_slash(rest)) return bad();
  via.transport = take_token(rest);
  if (via.transport.empty() || rest.empty()) return bad();
  // A bare IPv6 address (RFC 5118 section 4.5) cannot be told from host:port; it is refused.
  const auto bracket = rest.starts_with('[') ? rest.find(']') : 0;
  if (bracket == std::string_view::npos) return bad();
  const auto host_size = host_end.find_in(rest, bracket);
  via.host = rest.substr(0, host_size);
  if (!is_host(via.host)) return bad();
  rest = trim(rest.substr(host_size));
  if (rest.starts_with(':')) {
    rest = trim(rest.substr(1));
    const auto size = port_end.find_in(rest);
    const auto port = parse_number(rest.substr(0, size), 65535);
    if (!port || *port == 0) return bad();
    via.port = static_cast<std::uint16_t>(*port);
    rest = trim(rest.substr(size));
  }
  via.params = ParamsView{rest};
  if (!read_params(via)) return bad();
  return via;
}

std::string via_with_source(std::string_view via_value, std::string_view address,
                            std::uint16_t port) {
  const auto via = ViaView::parse(via_value);
  if (!via) return std::string{via_value};
  const auto params = via->params.text();
  const auto head = params.empty() ? via_value.size()
                                   : static_cast<std::size_t>(params.data() - via_value.data());
  std::string out{trim(via_value.substr(0, head))};
  bool wants_port = false;
  std::string_view rest = params;
  while (const auto param = ParamsView::next(rest)) {
    if (iequals(param->name, "received")) continue;  // ours to say, not the sender's
    if (iequals(param->name, "rport")) {
      wants_port = true;
      continue;
    }
    out += ';';
    out += param->name;
    if (param->has_value) (out += '=') += param->value;
  }
  std::string_view host = via->host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (wants_port) (out += ";rport=") += std::to_string(port);
  if (wants_port || !iequals(host, address)) (out += ";received=") += address;
  return out;
}

}  // namespace sip
