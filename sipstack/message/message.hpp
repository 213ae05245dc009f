#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sipstack/base/limits.hpp"
#include "sipstack/message/error.hpp"
#include "sipstack/message/names.hpp"

namespace sip {

/// A byte range inside a message. Copies and moves of the message keep it valid,
/// which a string_view would not be (a short std::string moves its bytes).
struct Slice {
  std::uint32_t begin{0};
  std::uint32_t size{0};
};

struct Header {
  HeaderName name{HeaderName::other};
  Slice name_text;  ///< as it was written, without blanks before the colon
  Slice value;      ///< unfolded and trimmed
};

/// One SIP message: the bytes as they came (folded lines joined by blanks) and offsets into them.
/// Parsing finds lines, names and framing only; values are parsed on demand by the typed views
/// beside this file (ViaView, UriView, ...).
class Message {
 public:
  /// Fails only when the bytes cannot be answered: no start line, no end of headers. Everything
  /// else that is wrong leaves the message readable and is told by fault().
  /// `wire` is one datagram, or one message cut from a stream by the framer.
  static Parsed<Message> parse(std::string wire, const Limits& limits = {});

  /// The first thing that was wrong with framing or header syntax; such a request gets a 400.
  const std::optional<ParseError>& fault() const { return fault_; }

  bool is_request() const { return status_ == 0; }
  Method method() const { return method_; }  ///< requests; for responses see cseq()
  std::string_view method_text() const& { return text(method_text_); }
  std::string_view request_uri() const& { return text(uri_); }
  int status() const { return status_; }  ///< 0 in a request
  std::string_view reason() const& { return text(reason_); }
  std::string_view version() const& { return text(version_); }

  std::span<const Header> headers() const { return headers_; }
  bool has(HeaderName name) const { return first(name) != nullptr; }
  const Header* first(HeaderName name) const {
    const auto at = first_[static_cast<std::size_t>(name)];
    return at == 0 ? nullptr : &headers_[at - 1U];
  }
  std::size_t count(HeaderName name) const;
  /// First value of a header, or an empty view. Valid while this message lives unmoved.
  std::string_view value(HeaderName name) const&;
  /// The same for a header that has no HeaderName.
  std::string_view value(std::string_view name) const&;
  std::string_view value(const Header& header) const& { return text(header.value); }
  std::string_view name(const Header& header) const& { return text(header.name_text); }
  std::string_view body() const& { return text(body_); }
  std::string_view wire() const& { return wire_; }
  std::string_view text(Slice s) const& { return {wire_.data() + s.begin, s.size}; }

  std::string_view method_text() && = delete;  // no views into temporaries
  std::string_view request_uri() && = delete;
  std::string_view reason() && = delete;
  std::string_view value(HeaderName) && = delete;
  std::string_view value(std::string_view) && = delete;
  std::string_view body() && = delete;
  std::string_view wire() && = delete;

 private:
  friend class MessageParser;
  std::string wire_;
  std::vector<Header> headers_;
  std::array<std::uint8_t, header_name_count> first_{};  ///< 1 + index of the first of a name
  std::optional<ParseError> fault_;
  Slice method_text_, uri_, reason_, version_, body_;
  int status_{0};
  Method method_{Method::other};
};

/// The tag parameter of a From or To value, or an empty view.
std::string_view tag_of(std::string_view from_or_to);

}  // namespace sip
