#include "sipstack/message/message.hpp"

#include <algorithm>
#include <cstring>

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"

namespace sip {

std::string_view to_string(ParseErrc code) {
  switch (code) {
    case ParseErrc::none:
      return "no error";
    case ParseErrc::empty:
      return "empty message";
    case ParseErrc::too_large:
      return "message too large";
    case ParseErrc::bad_start_line:
      return "bad start line";
    case ParseErrc::bad_version:
      return "bad version";
    case ParseErrc::bad_line_end:
      return "bad line end";
    case ParseErrc::bad_header:
      return "bad header";
    case ParseErrc::too_many_headers:
      return "too many headers";
    case ParseErrc::bad_content_length:
      return "bad Content-Length";
    case ParseErrc::bad_uri:
      return "bad URI";
    case ParseErrc::bad_name_addr:
      return "bad address";
    case ParseErrc::bad_via:
      return "bad Via";
    case ParseErrc::bad_cseq:
      return "bad CSeq";
    case ParseErrc::bad_parameter:
      return "bad parameter";
    case ParseErrc::bad_number:
      return "bad number";
    case ParseErrc::bad_list:
      return "bad list";
  }
  return "unknown error";
}

/// Fills a Message from its bytes; RFC 3261 section 7.
class MessageParser {
 public:
  MessageParser(Message& m, const Limits& limits) : m_{m}, limits_{limits} {}

  std::optional<ParseError> run() {
    if (m_.wire_.size() > limits_.message_bytes)
      return ParseError{ParseErrc::too_large, limits_.message_bytes};
    std::size_t at = 0;
    while (at + 1 < m_.wire_.size() && m_.wire_[at] == '\r' && m_.wire_[at + 1] == '\n')
      at += 2;  // RFC 3261 section 7.5: empty lines before the start line are ignored
    if (at == m_.wire_.size()) return ParseError{ParseErrc::empty, at};
    if (const auto error = start_line(at)) return error;
    if (const auto error = header_lines(at)) return error;
    frame_body(at);
    return std::nullopt;
  }

 private:
  const char* data() const { return m_.wire_.data(); }

  void note(ParseErrc code, std::size_t at) {
    if (!m_.fault_) m_.fault_ = ParseError{code, at};
  }

  /// End of the line that starts at `at` (the index of its CR); npos when there is none.
  std::size_t line_end(std::size_t at) const {
    const void* lf = std::memchr(data() + at, '\n', m_.wire_.size() - at);
    if (!lf) return std::string::npos;
    return static_cast<std::size_t>(static_cast<const char*>(lf) - data());
  }

  std::optional<ParseError> start_line(std::size_t& at) {
    const std::size_t lf = line_end(at);
    if (lf == std::string::npos) return ParseError{ParseErrc::bad_start_line, at};
    if (lf == at || data()[lf - 1] != '\r') return ParseError{ParseErrc::bad_line_end, lf};
    const std::string_view line{data() + at, lf - 1 - at};
    if (std::memchr(line.data(), '\r', line.size()))
      return ParseError{ParseErrc::bad_line_end, at};
    const auto error = line.starts_with("SIP/") && line.find(' ') == 7 ? status_line(line, at)
                                                                       : request_line(line, at);
    at = lf + 1;
    return error;
  }

  std::optional<ParseError> status_line(std::string_view line, std::size_t at) {
    m_.version_ = slice(at, 7);
    const auto code = parse_number(line.substr(8, 3), 999);
    if (line.size() < 12 || line[11] != ' ' || !code || *code < 100 || *code > 699)
      return ParseError{ParseErrc::bad_start_line, at + 8};
    if (!iequals(line.substr(0, 7), "SIP/2.0")) return ParseError{ParseErrc::bad_version, at};
    m_.status_ = static_cast<int>(*code);
    m_.reason_ = slice(at + 12, line.size() - 12);
    return std::nullopt;
  }

  std::optional<ParseError> request_line(std::string_view line, std::size_t at) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || !is_token(line.substr(0, first)))
      return ParseError{ParseErrc::bad_start_line, at};
    const auto version = line.substr(last + 1);
    if (first == last || version.size() < 5 || !iequals(version.substr(0, 4), "SIP/"))
      return ParseError{ParseErrc::bad_start_line, at + last};
    m_.method_text_ = slice(at, first);
    m_.method_ = parse_method(line.substr(0, first));
    m_.uri_ = slice(at + first + 1, last - first - 1);
    m_.version_ = slice(at + last + 1, version.size());
    const auto uri = line.substr(first + 1, last - first - 1);
    if (uri.empty() || uri.size() > limits_.uri_bytes || uri.find_first_of(" \t") != uri.npos)
      note(ParseErrc::bad_start_line, at + first);
    if (!iequals(version, "SIP/2.0")) note(ParseErrc::bad_version, at + last + 1);
    return std::nullopt;
  }

  static Slice slice(std::size_t begin, std::size_t size) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)};
  }

  std::optional<ParseError> header_lines(std::size_t& at) {
    m_.headers_.reserve(24);
    const std::size_t begin = at;
    std::size_t carriage_returns = 0;
    for (;;) {
      std::size_t lf = line_end(at);
      if (lf == std::string::npos) return ParseError{ParseErrc::bad_line_end, at};
      if (lf - begin > limits_.header_bytes) return ParseError{ParseErrc::too_large, lf};
      if (ends_with_cr(at, lf) && lf == at + 1) {  // the empty line
        at = lf + 1;
        ++carriage_returns;
        break;
      }
      const std::size_t line_begin = at;
      for (;;) {  // joins folded lines, RFC 3261 section 7.3.1
        if (!ends_with_cr(at, lf)) return ParseError{ParseErrc::bad_line_end, lf};
        at = lf + 1;
        ++carriage_returns;
        if (at >= m_.wire_.size() || !is_blank(data()[at])) break;
        m_.wire_[lf - 1] = ' ';
        m_.wire_[lf] = ' ';
        --carriage_returns;
        lf = line_end(at);
        if (lf == std::string::npos) return ParseError{ParseErrc::bad_line_end, at};
      }
      if (const auto error = header_line(line_begin, lf - 1)) return error;
    }
    const auto seen = std::count(data() + begin, data() + at, '\r');
    if (static_cast<std::size_t>(seen) != carriage_returns) note(ParseErrc::bad_line_end, begin);
    return std::nullopt;
  }

  bool ends_with_cr(std::size_t begin, std::size_t lf) const {
    return lf > begin && data()[lf - 1] == '\r';
  }

  std::optional<ParseError> header_line(std::size_t begin, std::size_t end) {
    if (m_.headers_.size() >= limits_.headers)
      return ParseError{ParseErrc::too_many_headers, begin};
    const std::string_view line{data() + begin, end - begin};
    if (line.size() > limits_.header_line_bytes) note(ParseErrc::too_large, begin);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
      note(ParseErrc::bad_header, begin);
      return std::nullopt;
    }
    std::size_t name_size = colon;
    while (name_size > 0 && is_blank(line[name_size - 1])) --name_size;
    const auto name = line.substr(0, name_size);
    if (!is_token(name)) {
      note(ParseErrc::bad_header, begin);
      return std::nullopt;
    }
    const auto value = trim(line.substr(colon + 1));
    const auto value_begin = static_cast<std::size_t>(value.data() - data());
    const HeaderName known = parse_header_name(name);
    m_.headers_.push_back({known, slice(begin, name_size), slice(value_begin, value.size())});
    auto& first = m_.first_[static_cast<std::size_t>(known)];
    if (first == 0) first = static_cast<std::uint8_t>(m_.headers_.size());
    return std::nullopt;
  }

  void frame_body(std::size_t at) {
    const std::size_t rest = m_.wire_.size() - at;
    m_.body_ = slice(at, rest);
    const Header* header = m_.first(HeaderName::content_length);
    if (!header) return;
    if (m_.count(HeaderName::content_length) > 1)
      return note(ParseErrc::bad_content_length, header->value.begin);
    const auto length = parse_number(m_.value(*header), limits_.message_bytes);
    if (!length || *length > rest)
      return note(ParseErrc::bad_content_length, header->value.begin);
    m_.body_.size = static_cast<std::uint32_t>(*length);  // RFC 3261 section 18.3: the rest is cut
  }

  Message& m_;
  const Limits& limits_;
};

Parsed<Message> Message::parse(std::string wire, const Limits& limits) {
  Message m;
  m.wire_ = std::move(wire);
  if (const auto error = MessageParser{m, limits}.run()) return *error;
  return m;
}

std::size_t Message::count(HeaderName name) const {
  if (!has(name)) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(headers_, [&](const Header& h) { return h.name == name; }));
}

std::string_view Message::value(HeaderName name) const& {
  const Header* header = first(name);
  return header ? text(header->value) : std::string_view{};
}

std::string_view Message::value(std::string_view name) const& {
  for (const Header& h : headers_)
    if (iequals(text(h.name_text), name)) return text(h.value);
  return {};
}

std::string_view tag_of(std::string_view from_or_to) {
  const auto parsed = NameAddrView::parse(from_or_to);
  if (!parsed) return {};
  return parsed->params.value("tag").value_or(std::string_view{});
}

}  // namespace sip
