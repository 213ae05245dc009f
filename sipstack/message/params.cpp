#include "sipstack/message/params.hpp"

#include <string>

#include "sipstack/base/text.hpp"

namespace sip {

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
  rest.remove_prefix(1);
  rest = trim(rest);
  const auto name_size = std::min(rest.find_first_of("=; \t\""), rest.size());
  Param param{rest.substr(0, name_size), {}, false};
  rest = trim(rest.substr(name_size));
  if (param.name.empty() || rest.empty() || rest.front() != '=') return param;
  rest = trim(rest.substr(1));
  param.has_value = true;
  std::size_t value_size = 0;
  if (!rest.empty() && rest.front() == '"') {
    value_size = quoted_end(rest, 0);
    if (value_size == std::string_view::npos) {
      rest = {};
      return std::nullopt;
    }
  } else {
    value_size = std::min(rest.find_first_of("; \t"), rest.size());
  }
  param.value = rest.substr(0, value_size);
  rest = trim(rest.substr(value_size));
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
  while (const auto param = next(rest))
    if (param->name.empty() || (param->has_value && param->value.empty())) return false;
  return rest.empty();
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
      rest.remove_prefix(i + 1);
      if (trim(rest).empty()) rest = " ";  // a trailing comma is an empty last item
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
