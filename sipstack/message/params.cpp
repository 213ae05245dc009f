#include "sipstack/message/params.hpp"

#include <string>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

constexpr CharSet any_name = CharSet::all_but("=; \t\"");
constexpr CharSet any_value = CharSet::all_but("; \t");
/// What may stand in a header parameter without quotes. Wider than "token / host", as RFC 5118
/// section 4.5 asks and tags in the wild need, but nothing another parser could end the value at.
constexpr CharSet plain_value = CharSet::visible_but(";,<>\"");
constexpr CharSet list_marks{",\"<>"};

/// Position of the first comma outside quotes and angle brackets; the size when there is none.
std::size_t list_item_end(std::string_view text) {
  bool in_angle = false;
  std::size_t at = list_marks.find_in(text);
  while (at < text.size()) {
    const char c = text[at];
    if (c == ',' && !in_angle) return at;
    if (c == '"' && !in_angle) {
      at = quoted_end(text, at);
      if (at == std::string_view::npos) return text.size();
    } else {
      in_angle = c == '<' || (in_angle && c != '>');
      ++at;
    }
    at = list_marks.find_in(text, at);
  }
  return at;
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

namespace {

std::optional<ParamsView::Param> take_param(std::string_view& rest, const CharSet& name_chars,
                                            const CharSet& value_chars) {
  rest = trim(rest);
  if (rest.empty() || rest.front() != ';') return std::nullopt;
  std::string_view ahead = trim(rest.substr(1));
  const auto name_size = name_chars.skip_in(ahead);
  ParamsView::Param param{ahead.substr(0, name_size), {}, false};
  ahead = trim(ahead.substr(name_size));
  if (!param.name.empty() && ahead.starts_with('=')) {
    ahead = trim(ahead.substr(1));
    param.has_value = true;
    const auto value_size =
        ahead.starts_with('"') ? quoted_end(ahead, 0) : value_chars.skip_in(ahead);
    if (value_size == std::string_view::npos) return std::nullopt;  // the quote never closes
    param.value = ahead.substr(0, value_size);
    ahead = trim(ahead.substr(value_size));
  }
  rest = ahead;
  return param;
}

}  // namespace

std::optional<ParamsView::Param> ParamsView::next(std::string_view& rest) {
  return take_param(rest, any_name, any_value);
}

std::optional<ParamsView::Param> ParamsView::next_checked(std::string_view& rest) {
  std::string_view ahead = rest;
  const auto param = take_param(ahead, token_chars, plain_value);
  if (!param || param->name.empty() || (param->has_value && param->value.empty()))
    return std::nullopt;
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
  while (next_checked(rest)) continue;
  return trim(rest).empty();
}

std::optional<std::string_view> take_list_item(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  std::size_t at = rest.find(',');
  if (at != std::string_view::npos) at = list_item_end(rest);
  const auto item = trim(rest.substr(0, at));
  if (at >= rest.size()) {
    rest = {};
    return item;
  }
  rest = trim(rest.substr(at + 1));
  if (rest.empty()) rest = " ";  // a trailing comma has an empty item behind it
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
