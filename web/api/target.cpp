#include "web/api/target.hpp"

#include <array>
#include <cstdint>

#include "sipstack/base/text.hpp"

namespace web::api {
namespace {

constexpr std::size_t most_parameters = 16;

/// The part before `separator`, which is cut off `rest` together with it.
std::string_view cut(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

/// "http://host/path" names the same thing as "/path" (RFC 9112 section 3.2.2).
std::string_view origin_form(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (text.size() < scheme.size() || !sip::iequals(text.substr(0, scheme.size()), scheme))
    return text;
  const auto slash = text.find('/', scheme.size());
  return slash == std::string_view::npos ? std::string_view{"/"} : text.substr(slash);
}

}  // namespace

std::optional<std::string> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

std::variant<Target, Problem> parse_target(std::string_view text) {
  auto rest = origin_form(text);
  if (!rest.starts_with('/')) return Problem{400, "the request target is no path", ""};
  auto query = rest.substr(0, rest.find('#'));
  auto path = cut(query, '?').substr(1);

  Target target;
  for (bool more = true; more;) {
    more = path.find('/') != std::string_view::npos;
    auto segment = sip::unescape(cut(path, '/'));
    if (!segment) return Problem{400, "the path holds a damaged % escape", ""};
    target.segments.push_back(*std::move(segment));
  }
  while (!query.empty()) {
    if (target.query.size() == most_parameters)
      return Problem{400, "the query holds too many parameters", ""};
    auto value = cut(query, '&');
    auto name = sip::unescape(cut(value, '='));
    auto decoded = sip::unescape(value);
    if (!name || !decoded) return Problem{400, "the query holds a damaged % escape", ""};
    if (target.parameter(*name))
      return Problem{400, "this query parameter is given twice", *std::move(name)};
    target.query.emplace_back(*std::move(name), *std::move(decoded));
  }
  return target;
}

std::string escape_segment(std::string_view text) {
  constexpr std::string_view kept = "-._~@+";
  std::string out;
  for (const char c : text) {
    if (sip::is_alpha(c) || sip::is_digit(c) || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const std::array byte{static_cast<std::uint8_t>(c)};
      out += '%' + sip::to_hex(byte);
    }
  }
  return out;
}

}  // namespace web::api
