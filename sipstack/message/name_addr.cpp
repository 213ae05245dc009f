#include "sipstack/message/name_addr.hpp"

#include "sipstack/base/text.hpp"

namespace sip {

Parsed<NameAddrView> NameAddrView::parse(std::string_view text) {
  text = trim(text);
  NameAddrView out;
  if (text == "*") {
    out.wildcard = true;
    return out;
  }
  std::size_t open = 0;
  if (text.starts_with('"')) {
    const auto end = quoted_end(text, 0);
    if (end == std::string_view::npos) return ParseError{ParseErrc::bad_name_addr, 0};
    out.display_name = text.substr(0, end);
    open = text.find_first_not_of(" \t", end);
    if (open == std::string_view::npos || text[open] != '<')
      return ParseError{ParseErrc::bad_name_addr, end};
  } else {
    open = text.find('<');
    if (open != std::string_view::npos) {
      out.display_name = trim(text.substr(0, open));
      for (const char c : out.display_name)
        if (!is_token_char(c) && !is_blank(c)) return ParseError{ParseErrc::bad_name_addr, 0};
    }
  }
  if (open != std::string_view::npos) {
    const auto close = text.find('>', open);
    if (close == std::string_view::npos) return ParseError{ParseErrc::bad_name_addr, open};
    out.uri = text.substr(open + 1, close - open - 1);
    out.params = ParamsView{trim(text.substr(close + 1))};
  } else {
    const auto end = std::min(text.find_first_of("; \t"), text.size());
    out.uri = text.substr(0, end);
    if (out.uri.find_first_of("?,") != std::string_view::npos)
      return ParseError{ParseErrc::bad_name_addr, 0};  // RFC 3261 section 20: needs < >
    out.params = ParamsView{trim(text.substr(end))};
  }
  if (out.uri.empty() || !out.params.well_formed())
    return ParseError{ParseErrc::bad_name_addr, open == std::string_view::npos ? 0 : open};
  return out;
}

}  // namespace sip
