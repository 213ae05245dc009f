#include "sipstack/message/name_addr.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

constexpr auto none = std::string_view::npos;

/// Tokens and blanks, as the grammar has it, and UTF-8, which phones send without quotes. No comma:
/// one parser would see a list where another sees a name.
constexpr bool is_name_char(char c) {
  return is_token_char(c) || is_blank(c) || static_cast<unsigned char>(c) >= 0x80;
}
constexpr CharSet addr_spec_end{"; \t"};
constexpr CharSet needs_brackets{"?,<>"};

/// Position of the opening angle bracket; `none` when this is an addr-spec, the text size when
/// the display name is broken.
std::size_t find_bracket(std::string_view text) {
  if (text.starts_with('"')) {
    const auto end = quoted_end(text, 0);
    if (end == none) return text.size();
    const auto open = text.find_first_not_of(" \t", end);
    return open != none && text[open] == '<' ? open : text.size();
  }
  std::size_t at = 0;
  while (at < text.size() && is_name_char(text[at])) ++at;
  if (at < text.size() && text[at] == '<') return at;
  // An addr-spec is one word up to its colon.
  const bool one_word = at < text.size() && text[at] == ':' && is_token(text.substr(0, at));
  return one_word ? none : text.size();
}

}  // namespace

Parsed<NameAddrView> NameAddrView::parse(std::string_view text) {
  text = trim(text);
  NameAddrView out;
  if (text == "*") {
    out.wildcard = true;
    return out;
  }
  const auto open = find_bracket(text);
  if (open == text.size()) return ParseError{ParseErrc::bad_name_addr, 0};
  std::size_t end = 0;
  if (open != none) {
    const auto close = text.find('>', open);
    if (close == none) return ParseError{ParseErrc::bad_name_addr, open};
    out.bracketed = true;
    out.display_name = trim(text.substr(0, open));
    out.uri = text.substr(open + 1, close - open - 1);
    end = close + 1;
  } else {
    end = addr_spec_end.find_in(text);
    out.uri = text.substr(0, end);
    if (needs_brackets.find_in(out.uri) != out.uri.size())
      return ParseError{ParseErrc::bad_name_addr, 0};  // RFC 3261 section 20: needs < >
  }
  out.params = ParamsView{trim(text.substr(end))};
  if (out.uri.empty() || !out.params.well_formed())
    return ParseError{ParseErrc::bad_name_addr, end};
  return out;
}

}  // namespace sip
