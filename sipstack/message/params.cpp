#include "sipstack/message/params.hpp"

#include <algorithm>
#include <string>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

/// What may stand in a value without quotes. Wider than "token / host", as RFC 5118 section 4.5
/// asks and tags in the wild need, but nothing that another parser could end the value at.
bool is_plain_value_char(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != ',' && c != '<' && c != '>' &&
         c != '"';
}

}  // namespace

std::size_t quoted_end(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

std::optional<ParamsView::Param> ParamsView::next(std::string_view& rest) {
  rest = trim(rest);
  if (rest.empty() || rest.front() != ';') return std::nullopt;
  std::string_view ahead = trim(rest.substr(1));
  const auto name_size = std::min(ahead.find_first_of("=; \t\""), ahead.size());
  Param param{ahead.substr(0, name_size), {}, false};
  ahead = trim(ahead.substr(name_size));
  if (!param.name.empty() && ahead.starts_with('=')) {
    ahead = trim(ahead.substr(1));
    param.has_value = true;
    const auto value_size = ahead.starts_with('"')
                                ? quoted_end(ahead, 0)
                                : std::min(ahead.find_first_of("; \t"), ahead.size());
    if (value_size == std::string_view::npos) return std::nullopt;  // the quote never closes
    param.value = ahead.substr(0, value_size);
    ahead = trim(ahead.substr(value_size));
  }
  rest = ahead;
  return param;
}

std::optional<std::string_view> ParamsView::value(std::string_view name) const {
  std::string_view rest = text_;
  while (const auto param = next(rest))
    if (iequals(param->name, name)) return param->value;
  return std::nullopt;
}

bool ParamsView::well_formed() const {
  std::string_view rest = text_;
  while (const auto param = next(rest)) {
    if (!is_token(param->name)) return false;
    if (!param->has_value || param->value.starts_with('"')) continue;
    if (param->value.empty() || !std::ranges::all_of(param->value, is_plain_value_char))
      return false;
  }
  return trim(rest).empty();
}

std::optional<std::string_view> take_list_item(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  bool in_angle = false;
  for (std::size_t i = 0; i < rest.size();) {
    const char c = rest[i];
    if (c == '"' && !in_angle) {
      i = quoted_end(rest, i);
      if (i == std::string_view::npos) break;
      continue;
    }
    if (c == '<') in_angle = true;
    if (c == '>') in_angle = false;
    if (c == ',' && !in_angle) {
      const auto item = trim(rest.substr(0, i));
      rest = trim(rest.substr(i + 1));
      if (rest.empty()) rest = " ";  // a trailing comma has an empty item behind it
      return item;
    }
    ++i;
  }
  const auto item = trim(rest);
  rest = {};
  return item;
}

std::string unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string{text};
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

std::string quote(std::string_view text) {
  std::string out{"\""};
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;  // cannot be escaped, RFC 3261 "quoted-pair"
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

}  // namespace sip
