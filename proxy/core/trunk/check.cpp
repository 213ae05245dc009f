#include "proxy/core/trunk/check.hpp"

#include <algorithm>

#include "proxy/core/trunk/pattern.hpp"
#include "proxy/core/trunk/target.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/host.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy::trunk {
namespace {

constexpr std::size_t name_most = 64;
constexpr std::size_t text_most = 255;
constexpr std::size_t domain_most = 253;  // RFC 1035 section 2.3.4
constexpr std::uint32_t expires_least = 60;
constexpr std::uint32_t day = 24 * 3'600;
constexpr std::uint32_t probe_least = 5;
constexpr std::uint32_t strip_most = 32;
constexpr std::uint32_t final_least = 400;
constexpr std::uint32_t final_most = 699;

bool is_plain(std::string_view text) {
  return text.size() <= text_most && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

bool is_host_or_empty(std::string_view text) { return text.empty() || sip::is_host(text); }

/// What a certificate may speak for in SIP (RFC 5922 section 7.1).
bool is_domain_or_empty(std::string_view text) {
  return is_host_or_empty(text) && text.size() <= domain_most && !text.starts_with('[') &&
         !sip::Address::parse(text);
}

/// Does every line hold an item, and are there not too many?
template <class Item>
std::optional<std::string> list_fault(std::string_view lines, std::size_t most,
                                      std::optional<Item> (*parse)(std::string_view)) {
  std::size_t count = 0;
  while (const auto line = take_line(lines)) {
    if (++count > most) return "more than " + std::to_string(most);
    if (!parse(*line)) return '"' + std::string{*line} + "\" cannot be read";
  }
  return std::nullopt;
}

std::optional<Fault> check_credentials(std::string_view user_field, std::string_view username,
                                       std::string_view password_field, std::string_view password) {
  if (!is_plain(username) || username.find(':') != std::string_view::npos)
    return Fault{user_field, "longer than 255 bytes, or holds a colon or a control character"};
  if (!is_plain(password))
    return Fault{password_field, "longer than 255 bytes, or holds a control character"};
  if (username.empty() && !password.empty())
    return Fault{user_field, "a password needs its username"};
  if (password.empty() && !username.empty())
    return Fault{password_field, "a username needs its password"};
  return std::nullopt;
}

bool has_any(std::string_view text, std::string_view signs) {
  return text.find_first_of(signs) != std::string_view::npos;
}

/// Was the first sign forgotten that makes it a dial pattern or a regular expression?
bool lacks_its_sign(std::string_view text) {
  if (text.starts_with('_') || text.starts_with('^')) return false;
  if (has_any(text, "[]{}|\\^")) return true;
  const bool dials = text.find_first_not_of("0123456789+*#XZN.!") == std::string_view::npos;
  return dials && (text.ends_with('.') || text.ends_with('!') || has_any(text, "XZN"));
}

std::optional<Fault> check_pattern(std::string_view field, std::string_view text) {
  const auto compiled = Pattern::compile(text);
  if (const auto* bad = std::get_if<BadPattern>(&compiled))
    return Fault{field,
                 "not a pattern: " + bad->why + " (byte " + std::to_string(bad->at + 1) + ")"};
  if (lacks_its_sign(text))
    return Fault{field,
                 "matches only itself: begin a dial pattern with _ (_0X.) and a regular "
                 "expression with ^"};
  const bool nobody = text.starts_with('@') || (text.ends_with('@') && !text.starts_with('^'));
  if (nobody || std::get<Pattern>(compiled).is_vain()) return Fault{field, "matches nothing"};
  return std::nullopt;
}

/// Something that can be the user part of a URI as it is.
bool is_number(std::string_view text) {
  constexpr auto signs = sip::CharSet::alphanumeric_and("-_.!~*'()&=+$,;?/");
  return text.size() <= name_most && signs.holds_all(text);
}

bool is_caller(std::string_view text) {
  if (is_number(text)) return true;
  if (text.size() > text_most) return false;
  const std::string written = "sip:" + std::string{text};
  const auto uri = sip::UriView::parse(written);
  return uri && !uri->user.empty() && uri->password.empty() && uri->port == 0 &&
         uri->params.text().empty() && uri->headers.empty();
}

}  // namespace

bool is_trunk_name(std::string_view text) {
  if (text.empty() || text.size() > name_most) return false;
  if (text == "users" || text == "trunks" || text == "any") return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || sip::is_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

std::optional<Fault> check(const record::Trunk& trunk) {
  if (!is_trunk_name(trunk.name))
    return Fault{"name",
                 "write 1 to 64 lower case letters, digits, dots, - or _; not users, trunks, any"};
  if (trunk.targets.empty()) return Fault{"targets", "at least one is needed"};
  if (const auto why = list_fault(trunk.targets, most_targets, parse_target))
    return Fault{"targets", *why + "; write host:port;transport=tcp;priority=10;weight=10"};
  if (const auto why = list_fault(trunk.sources, most_sources, parse_source))
    return Fault{"sources", *why + "; write 192.0.2.0/24 or 192.0.2.10 tls"};
  if (!is_host_or_empty(trunk.domain)) return Fault{"domain", "not a host"};
  if (!is_host_or_empty(trunk.tls_name)) return Fault{"tls_name", "not a host"};
  if (!is_domain_or_empty(trunk.inbound_certificate))
    return Fault{"inbound_certificate",
                 "write the domain that the certificate is for, as sip.example.com: no address, no "
                 "wildcard, no sip:"};
  if (auto fault = check_credentials("username", trunk.username, "password", trunk.password))
    return fault;
  if (auto fault = check_credentials("inbound_username", trunk.inbound_username, "inbound_password",
                                     trunk.inbound_password))
    return fault;
  if (trunk.registers && trunk.username.empty())
    return Fault{"register", "a registration needs a username and a password"};
  if (trunk.expires < expires_least || trunk.expires > day)
    return Fault{"expires_s", "must be from 60 to 86400"};
  if (trunk.probe != 0 && (trunk.probe < probe_least || trunk.probe > day))
    return Fault{"probe_s", "must be 0, or from 5 to 86400"};
  return std::nullopt;
}

std::optional<Fault> check(const record::Route& route) {
  if (route.name.empty() || route.name.size() > name_most || !is_plain(route.name))
    return Fault{"name", "must have 1 to 64 bytes without control characters"};
  if (sip::parse_number(route.name, UINT64_MAX)) return Fault{"name", "must not be a number"};
  const bool known_from = route.from == "users" || route.from == "trunks" || route.from == "any" ||
                          is_trunk_name(route.from);
  if (!known_from) return Fault{"from", "must be users, trunks, any or the name of a trunk"};
  if (auto fault = check_pattern("caller", route.caller)) return fault;
  if (auto fault = check_pattern("callee", route.callee)) return fault;
  if (route.strip > strip_most) return Fault{"strip", "must be at most 32"};
  if (!is_number(route.prepend))
    return Fault{"prepend", "must have at most 64 signs that may stand in a number"};
  if (!is_caller(route.set_caller)) return Fault{"set_caller", "must be a number or user@domain"};
  const int ends =
      (route.user.empty() ? 0 : 1) + (route.trunk.empty() ? 0 : 1) + (route.reject == 0 ? 0 : 1);
  if (ends != 1) return Fault{"trunk", "give exactly one of user, trunk and reject"};
  if (route.reject != 0 && (route.reject < final_least || route.reject > final_most))
    return Fault{"reject", "must be a status from 400 to 699"};
  // A client would take these for its own business: a challenge, or what it has to resend.
  constexpr std::uint32_t challenges[]{401, 407, 422, 423, 412, 424, 428, 429, 437, 438, 494};
  if (std::ranges::find(challenges, route.reject) != std::end(challenges))
    return Fault{"reject", "this status asks for another request; take 403, 404, 480, 603 or such"};
  return std::nullopt;
}

}  // namespace proxy::trunk
