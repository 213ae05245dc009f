#include "sipstack/message/message.hpp"

#include <algorithm>
#include <cstring>

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"

namespace sip {
namespace {

constexpr std::size_t typical_headers = 24;
constexpr std::size_t none = std::string_view::npos;

Slice slice(std::size_t begin, std::size_t size) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)};
}

}  // namespace

/// Fills a Message from its bytes; RFC 3261 section 7.
class MessageParser {
 public:
  MessageParser(Message& m, const Limits& limits) : m_{m}, limits_{limits} {}

  std::optional<ParseError> run() {
    if (size() > limits_.message_bytes)
      return ParseError{ParseErrc::too_large, limits_.message_bytes};
    std::size_t at = 0;
    while (at + 1 < size() && data()[at] == '\r' && data()[at + 1] == '\n')
      at += 2;  // RFC 3261 section 7.5: empty lines before the start line are ignored
    if (at == size()) return ParseError{ParseErrc::empty, at};
    if (const auto error = start_line(at)) return error;
    if (const auto error = header_lines(at)) return error;
    frame_body(at);
    return std::nullopt;
  }

 private:
  const char* data() const { return m_.wire_.data(); }
  std::size_t size() const { return m_.wire_.size(); }

  void note(ParseErrc code, std::size_t at) {
    if (!m_.fault_) m_.fault_ = ParseError{code, at};
  }

  /// The CR of the CRLF that ends the line at `at`; `none` when it is not ended by one. A CR or LF
  /// alone is refused, because another parser could end the line there.
  std::size_t line_end(std::size_t at) const {
    const void* found = std::memchr(data() + at, '\r', size() - at);
    if (!found) return none;
    const auto cr = static_cast<std::size_t>(static_cast<const char*>(found) - data());
    if (cr + 1 == size() || data()[cr + 1] != '\n') return none;
    return std::memchr(data() + at, '\n', cr - at) ? none : cr;
  }

  std::optional<ParseError> start_line(std::size_t& at) {
    const std::size_t cr = line_end(at);
    if (cr == none) return ParseError{ParseErrc::bad_line_end, at};
    const std::string_view line{data() + at, cr - at};
    const auto error =
        iequals(line.substr(0, 4), "SIP/") ? status_line(line, at) : request_line(line, at);
    at = cr + 2;
    return error;
  }

  std::optional<ParseError> status_line(std::string_view line, std::size_t at) {
    if (!iequals(line.substr(0, 8), "SIP/2.0 ")) return ParseError{ParseErrc::bad_version, at};
    const auto code = parse_number(line.substr(8, 3), 699);
    const bool ends = line.size() == 11 || (line.size() > 11 && line[11] == ' ');
    if (!code || *code < 100 || !ends) return ParseError{ParseErrc::bad_start_line, at + 8};
    m_.version_ = slice(at, 7);
    m_.status_ = static_cast<int>(*code);
    if (line.size() > 12) m_.reason_ = slice(at + 12, line.size() - 12);
    return std::nullopt;
  }

  std::optional<ParseError> request_line(std::string_view line, std::size_t at) {
    const auto first = line.find(' ');
    if (first == none || !is_token(line.substr(0, first)))
      return ParseError{ParseErrc::bad_start_line, at};
    const auto sound = trim(line);
    const auto last = sound.rfind(' ');
    const auto version = sound.substr(last + 1);
    if (last <= first || !iequals(version.substr(0, 4), "SIP/"))
      return ParseError{ParseErrc::bad_start_line, at + first};
    const auto uri = line.substr(first + 1, last - first - 1);
    // Blanks too many are readable but not allowed (RFC 4475 sections 3.1.2.9 to 3.1.2.11).
    if (sound.size() != line.size() || uri.empty() || uri.find(' ') != none ||
        uri.find('\t') != none)
      note(ParseErrc::bad_start_line, at + first);
    if (!iequals(version, "SIP/2.0")) note(ParseErrc::bad_version, at + last + 1);
    m_.method_text_ = slice(at, first);
    m_.method_ = parse_method(line.substr(0, first));
    m_.uri_ = slice(at + first + 1, uri.size());
    m_.version_ = slice(at + last + 1, version.size());
    return std::nullopt;
  }

  std::optional<ParseError> header_lines(std::size_t& at) {
    m_.headers_.reserve(typical_headers);
    for (;;) {
      const std::size_t begin = at;
      std::size_t cr = 0;
      do {
        cr = line_end(at);
        if (cr == none) return ParseError{ParseErrc::bad_line_end, at};
        at = cr + 2;
        if (at > limits_.header_bytes) return ParseError{ParseErrc::too_large, at};
      } while (cr != begin && unfold(cr));
      if (cr == begin) return std::nullopt;  // the empty line
      if (const auto error = header_line(begin, cr)) return error;
    }
  }

  /// Joins the next line to the one that ends at `cr` when it is its continuation (section 7.3.1).
  bool unfold(std::size_t cr) {
    if (cr + 2 >= size() || !is_blank(data()[cr + 2])) return false;
    m_.wire_[cr] = ' ';
    m_.wire_[cr + 1] = ' ';
    return true;
  }

  std::optional<ParseError> header_line(std::size_t begin, std::size_t end) {
    // `first_` counts in one byte.
    if (m_.headers_.size() >= std::min<std::size_t>(limits_.headers, 255))
      return ParseError{ParseErrc::too_many_headers, begin};
    const std::string_view line{data() + begin, end - begin};
    if (line.size() > limits_.header_line_bytes) note(ParseErrc::too_large, begin);
    std::size_t at = begin + token_chars.skip_in(line);
    const std::string_view name{data() + begin, at - begin};
    while (at < end && is_blank(data()[at])) ++at;
    if (name.empty() || at == end || data()[at] != ':') {
      note(ParseErrc::bad_header, begin);
      return std::nullopt;
    }
    const auto value = trim({data() + at + 1, end - at - 1});
    const auto value_begin = static_cast<std::size_t>(value.data() - data());
    const HeaderName known = parse_header_name(name);
    m_.headers_.push_back({known, slice(begin, name.size()), slice(value_begin, value.size())});
    auto& first = m_.first_[static_cast<std::size_t>(known)];
    if (first == 0) first = static_cast<std::uint8_t>(m_.headers_.size());
    return std::nullopt;
  }

  void frame_body(std::size_t at) {
    const std::size_t rest = size() - at;
    m_.body_ = slice(at, rest);
    const Header* header = m_.first(HeaderName::content_length);
    if (!header) return;
    const auto length = parse_number(m_.value(*header), limits_.message_bytes);
    if (!length || *length > rest || m_.count(HeaderName::content_length) > 1)
      return note(ParseErrc::bad_content_length, header->value.begin);
    m_.body_.size = static_cast<std::uint32_t>(*length);  // RFC 3261 section 18.3: the rest is cut
  }

  Message& m_;
  const Limits& limits_;
};

Parsed<Message> Message::parse(std::string wire, const Limits& limits) {
  Parsed<Message> out;
  Message& m = *out;
  m.wire_ = std::move(wire);
  if (const auto error = MessageParser{m, limits}.run()) return *error;
  return out;
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
