#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sip {

/// What a WebSocket frame is for (RFC 6455 section 11.8).
enum class WebSocketOpcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// Why a WebSocket cannot be read any further.
enum class WebSocketErrc : std::uint8_t {
  reserved_bits,  ///< set without an extension that gives them a meaning
  unknown_opcode,
  not_masked,        ///< a client masks everything (section 5.1)
  bad_length,        ///< not written in the shortest way, or above 2^63
  bad_control,       ///< a control frame in fragments or of more than 125 bytes
  bad_continuation,  ///< of nothing, or missing between fragments
  not_utf8,          ///< in a text message
  too_large,
};
std::string_view to_string(WebSocketErrc code);  ///< for log lines
std::uint16_t close_code(WebSocketErrc code);    ///< RFC 6455 section 7.4.1

/// A frame as a server sends it: whole and unmasked.
std::string websocket_frame(WebSocketOpcode opcode, std::string_view payload);
/// What stands before a payload of this size.
std::string websocket_frame_head(WebSocketOpcode opcode, std::size_t size);
/// A close frame that says why.
std::string websocket_close(std::uint16_t code);

/// Cuts what a client sends into messages and control frames (RFC 6455 section 5). Holds one
/// message at most besides what was pushed last.
class WebSocketFramer {
 public:
  struct Item {
    WebSocketOpcode opcode{WebSocketOpcode::text};  ///< never continuation
    std::string payload;                            ///< unmasked and put together
  };

  /// A longer message is refused, as soon as its length is known.
  explicit WebSocketFramer(std::size_t message_bytes) : message_bytes_{message_bytes} {}

  /// Takes what was read. Call next() until it has nothing more.
  void push(std::string_view bytes);
  /// The next item. Nothing when more bytes are needed, or after an error.
  std::optional<Item> next();
  /// Set once the stream is beyond reading.
  const std::optional<WebSocketErrc>& error() const { return error_; }
  /// True while part of a frame or of a message is here.
  bool mid_message() const { return begin_ < buffer_.size() || opcode_.has_value(); }

 private:
  struct Head {
    bool final_frame{true};
    WebSocketOpcode opcode{WebSocketOpcode::text};
    std::uint64_t size{0};
    std::size_t bytes{0};  ///< of the head itself, mask included
  };

  bool read_head(Head& head);
  bool check_head(const Head& head, unsigned char first, bool masked);
  std::string take_payload(const Head& head);
  std::optional<Item> add_fragment(const Head& head, std::string payload);
  bool fail(WebSocketErrc code);

  std::size_t message_bytes_;
  std::string buffer_;
  std::size_t begin_{0};                   ///< of the next frame in `buffer_`
  std::optional<WebSocketOpcode> opcode_;  ///< of the message whose fragments come
  std::string message_;                    ///< its fragments so far
  std::optional<WebSocketErrc> error_;
};

}  // namespace sip
