#include "sipstack/message/contact.hpp"

#include "sipstack/base/text.hpp"
#include "sipstack/message/expires.hpp"

namespace sip {
namespace {

/// The URN inside "<...>"; clients that leave the angle brackets out are still told apart.
std::string_view bare_instance(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  if (value.size() >= 2 && value.front() == '<' && value.back() == '>')
    value = value.substr(1, value.size() - 2);
  return value;
}

/// False when the parameter is one we know and its value is broken.
bool read_param(ContactView& contact, const ParamsView::Param& param) {
  if (iequals(param.name, "q")) {
    const auto q = parse_qvalue(param.value);
    contact.q = q.value_or(contact.q);
    return q.has_value();
  }
  if (iequals(param.name, "reg-id")) {
    const auto id = parse_number(param.value, 0x7fff'ffff);
    if (!id || *id == 0) return false;
    contact.reg_id = static_cast<std::uint32_t>(*id);
  } else if (iequals(param.name, "expires")) {
    contact.expires = parse_delta_seconds(param.value);
  } else if (iequals(param.name, "+sip.instance")) {
    contact.instance = bare_instance(param.value);
  }
  return true;
}

}  // namespace

std::optional<std::uint16_t> parse_qvalue(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.front() != '0' && text.front() != '1'))
    return std::nullopt;
  unsigned q = text.front() == '1' ? 1000 : 0;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  unsigned place = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (!is_digit(c)) return std::nullopt;
    q += static_cast<unsigned>(c - '0') * place;
    place /= 10;
  }
  if (q > 1000) return std::nullopt;
  return static_cast<std::uint16_t>(q);
}

Parsed<ContactView> ContactView::parse(std::string_view text) {
  const auto address = NameAddrView::parse(text);
  if (!address) return address.error();
  ContactView contact;
  contact.address = *address;
  if (address->wildcard) return contact;
  const auto uri = UriView::parse(address->uri);
  if (!uri) return uri.error();
  contact.uri = *uri;
  std::string_view rest = address->params.text();
  while (const auto param = ParamsView::next(rest))
    if (!read_param(contact, *param)) return ParseError{ParseErrc::bad_parameter, 0};
  return contact;
}

}  // namespace sip
