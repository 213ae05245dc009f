#include "sipstack/message/cseq.hpp"

#include "sipstack/base/text.hpp"

namespace sip {

Parsed<CSeqView> CSeqView::parse(std::string_view text) {
  constexpr CharSet blanks{" \t"};
  const auto blank = blanks.find_in(text);
  if (blank == text.size()) return ParseError{ParseErrc::bad_cseq, 0};
  const auto number = parse_number(text.substr(0, blank), 0x7fff'ffff);
  const auto method = trim(text.substr(blank));
  if (!number || !is_token(method)) return ParseError{ParseErrc::bad_cseq, blank};
  return CSeqView{static_cast<std::uint32_t>(*number), method};
}

}  // namespace sip
