#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sipstack/base/limits.hpp"

namespace sip {

/// Why a stream cannot be read any further.
enum class FrameErrc : std::uint8_t {
  garbage,  ///< no SIP start line where one must be
  start_line_too_long,
  headers_too_large,
  bad_line_end,        ///< CR or LF alone
  bad_content_length,  ///< not 1*DIGIT
  unequal_content_lengths,
  missing_content_length,  ///< required on streams (RFC 3261 section 20.14)
  message_too_large,
};

std::string_view to_string(FrameErrc code);  ///< for log lines: "bad Content-Length"

struct FrameError {
  FrameErrc code{};
  std::uint64_t offset{0};  ///< in the stream, of the message that cannot be framed
  bool operator==(const FrameError&) const = default;
};

/// Cuts a byte stream into messages (RFC 3261 section 18.3) and keep-alives (RFC 5626 section
/// 4.4.1). Reads every byte once, however the stream is chopped, and holds one message at most
/// besides what was pushed last. What it cuts, Message::parse frames alike.
class StreamFramer {
 public:
  enum class KeepAlive : std::uint8_t {
    ping,  ///< CRLF CRLF: wants a CRLF
    pong,  ///< CRLF alone
  };
  /// The bytes of one message, or a keep-alive.
  using Item = std::variant<std::string, KeepAlive>;

  explicit StreamFramer(const Limits& limits = {}) : limits_{limits} {}

  /// Takes what was read. Call next() until it has nothing more.
  void push(std::string_view bytes);
  /// The next item, in the order of the stream. Nothing when more bytes are needed, or after an
  /// error; what came before the error comes out first.
  std::optional<Item> next();
  /// Set once the stream is beyond reading: nothing comes any more, the connection must be closed.
  const std::optional<FrameError>& error() const { return error_; }
  /// True while part of a message is here: the rest must come soon, or the peer is too slow.
  bool mid_message() const { return begin_ < buffer_.size(); }

 private:
  std::optional<Item> keep_alive();
  bool scan_head();
  bool scan_line(std::size_t cr);
  bool begins_like_sip() const;
  bool start_line(std::string_view line);
  bool header_line(std::string_view line);
  bool end_length();
  bool end_head();
  bool fail(FrameErrc code);
  void consume(std::size_t count);

  Limits limits_;
  std::string buffer_;
  std::size_t begin_{0};        ///< first byte in `buffer_` of what comes next
  std::size_t line_{0};         ///< first byte of the line being scanned
  std::size_t scanned_{0};      ///< no line end lies between `line_` and here
  std::size_t message_end_{0};  ///< known once the head is whole; 0 before
  std::uint64_t offset_{0};     ///< of `begin_` in the stream
  std::optional<std::uint64_t> length_;
  std::optional<std::string> length_text_;  ///< of the Content-Length line just read, still unended
  bool after_pong_{false};                  ///< a second CRLF makes it a ping
  std::optional<FrameError> error_;
};

}  // namespace sip
