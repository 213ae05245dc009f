#include "sipstack/auth/fields.hpp"

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace sip::auth {
namespace {

constexpr std::size_t longest_value = 2'048;  // a URI; everything else is far shorter

constexpr std::array<std::string_view, 10> names{"username", "realm",  "nonce", "uri", "response",
                                                 "cnonce",   "opaque", "qop",   "nc",  "algorithm"};

std::optional<FieldName> parse_name(std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (iequals(names[i], text)) return static_cast<FieldName>(i);
  return std::nullopt;
}

struct Field {
  std::string_view name;
  std::string_view value;  ///< quotes and escapes as written
};

std::string plain(std::string_view value) {
  if (!value.starts_with('"')) return std::string{value};
  if (value.find('\\') != std::string_view::npos) return unquote(value);
  return std::string{value.substr(1, value.size() - 2)};
}

/// Takes "name = value" off the front; a value is a quoted string or runs up to a comma.
std::optional<Field> take_field(std::string_view& rest) {
  Field field;
  const auto equals = rest.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  field.name = trim(rest.substr(0, equals));
  if (!is_token(field.name)) return std::nullopt;
  rest = trim(rest.substr(equals + 1));
  const bool quoted = rest.starts_with('"');
  const auto size = quoted ? quoted_end(rest, 0) : std::min(rest.find(','), rest.size());
  if (size == std::string_view::npos) return std::nullopt;
  field.value = quoted ? rest.substr(0, size) : trim(rest.substr(0, size));
  rest = trim(rest.substr(size));
  if (!quoted && (field.value.empty() || field.value.find_first_of("\" \t") != field.value.npos))
    return std::nullopt;
  return field;
}

}  // namespace

Parsed<FieldList> FieldList::parse(std::string_view value) {
  constexpr std::string_view scheme = "Digest";
  std::string_view rest = trim(value);
  const auto error = [&](ParseErrc code) {
    return ParseError{code, static_cast<std::size_t>(rest.data() - value.data())};
  };
  if (rest.size() <= scheme.size() || !iequals(rest.substr(0, scheme.size()), scheme) ||
      !is_blank(rest[scheme.size()]))
    return error(ParseErrc::bad_header);
  rest = trim(rest.substr(scheme.size()));
  FieldList list;
  while (true) {
    const auto field = take_field(rest);
    if (!field) return error(ParseErrc::bad_parameter);
    if (field->value.size() > longest_value) return error(ParseErrc::too_large);
    // What cannot be written again must not be hashed.
    if (field->value.find_first_of("\r\n") != std::string_view::npos)
      return error(ParseErrc::bad_parameter);
    if (const auto name = parse_name(field->name)) {
      if (list.has(*name)) return error(ParseErrc::bad_parameter);
      list.slot(*name) = plain(field->value);
    }
    if (rest.empty()) return list;
    if (rest.front() != ',') return error(ParseErrc::bad_list);
    rest = trim(rest.substr(1));
  }
}

const std::string& FieldList::value(FieldName name) const {
  static const std::string none;
  const Slot& found = slot(name);
  return found ? *found : none;
}

}  // namespace sip::auth
