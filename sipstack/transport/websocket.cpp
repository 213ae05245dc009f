#include "sipstack/transport/websocket.hpp"

#include <utility>

#include "sipstack/transport/utf8.hpp"

namespace sip {
namespace {

constexpr unsigned char final_bit = 0x80;
constexpr unsigned char reserved_bits = 0x70;
constexpr unsigned char mask_bit = 0x80;
constexpr std::size_t mask_bytes = 4;
constexpr std::size_t control_max = 125;  // and the largest length that fits the second byte
constexpr std::uint8_t two_bytes_follow = 126;
constexpr std::uint8_t eight_bytes_follow = 127;
constexpr std::size_t small = 16'384;  ///< bytes not worth giving back

bool is_control(WebSocketOpcode opcode) { return opcode >= WebSocketOpcode::close; }

bool is_known(unsigned opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

void append_number(std::string& out, std::uint64_t number, unsigned bytes) {
  while (bytes-- > 0) out += static_cast<char>(number >> (8 * bytes) & 0xFF);
}

}  // namespace

std::string_view to_string(WebSocketErrc code) {
  switch (code) {
    case WebSocketErrc::reserved_bits:
      return "WebSocket: reserved bits";
    case WebSocketErrc::unknown_opcode:
      return "WebSocket: unknown opcode";
    case WebSocketErrc::not_masked:
      return "WebSocket: frame not masked";
    case WebSocketErrc::bad_length:
      return "WebSocket: bad length";
    case WebSocketErrc::bad_control:
      return "WebSocket: bad control frame";
    case WebSocketErrc::bad_continuation:
      return "WebSocket: fragments out of order";
    case WebSocketErrc::not_utf8:
      return "WebSocket: text is not UTF-8";
    case WebSocketErrc::too_large:
      return "WebSocket: message too large";
  }
  return "WebSocket: unknown error";
}

std::uint16_t close_code(WebSocketErrc code) {
  if (code == WebSocketErrc::not_utf8) return 1007;
  return code == WebSocketErrc::too_large ? 1009 : 1002;
}

std::string websocket_frame_head(WebSocketOpcode opcode, std::size_t size) {
  std::string head;
  head += static_cast<char>(final_bit | static_cast<unsigned char>(opcode));
  if (size <= control_max) {
    append_number(head, size, 1);
  } else if (size <= 0xFFFF) {
    append_number(head, two_bytes_follow, 1);
    append_number(head, size, 2);
  } else {
    append_number(head, eight_bytes_follow, 1);
    append_number(head, size, 8);
  }
  return head;
}

std::string websocket_frame(WebSocketOpcode opcode, std::string_view payload) {
  return websocket_frame_head(opcode, payload.size()).append(payload);
}

std::string websocket_close(std::uint16_t code) {
  std::string payload;
  append_number(payload, code, 2);
  return websocket_frame(WebSocketOpcode::close, payload);
}

void WebSocketFramer::push(std::string_view bytes) {
  if (error_) return;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<WebSocketFramer::Item> WebSocketFramer::next() {
  Head head;
  while (!error_ && read_head(head)) {
    auto payload = take_payload(head);
    if (is_control(head.opcode)) return Item{head.opcode, std::move(payload)};
    if (auto item = add_fragment(head, std::move(payload))) return item;
  }
  return std::nullopt;
}

/// True when the frame is here whole.
bool WebSocketFramer::read_head(Head& head) {
  const auto left = buffer_.size() - begin_;
  const auto byte = [this](std::size_t at) {
    return static_cast<unsigned char>(buffer_[begin_ + at]);
  };
  if (left < 2) return false;
  const auto first = byte(0);
  const auto opcode = first & 0x0FU;
  if (!is_known(opcode)) return fail(WebSocketErrc::unknown_opcode);
  head.final_frame = (first & final_bit) != 0;
  head.opcode = static_cast<WebSocketOpcode>(opcode);
  head.size = byte(1) & ~mask_bit & 0xFFU;
  std::size_t more = 0;
  if (head.size == two_bytes_follow) more = 2;
  if (head.size == eight_bytes_follow) more = 8;
  if (left < 2 + more) return false;
  if (more > 0) {
    head.size = 0;
    for (std::size_t i = 0; i < more; ++i) head.size = head.size << 8U | byte(2 + i);
    const bool shortest = head.size > (more == 2 ? control_max : 0xFFFF);
    if (!shortest || head.size >> 63U != 0) return fail(WebSocketErrc::bad_length);
  }
  head.bytes = 2 + more + mask_bytes;
  if (!check_head(head, first, (byte(1) & mask_bit) != 0)) return false;
  return left >= head.bytes && left - head.bytes >= head.size;
}

/// Refuses by the head alone: what a frame announces need not be waited for.
bool WebSocketFramer::check_head(const Head& head, unsigned char first, bool masked) {
  if ((first & reserved_bits) != 0) return fail(WebSocketErrc::reserved_bits);
  if (!masked) return fail(WebSocketErrc::not_masked);
  if (is_control(head.opcode))
    return (head.final_frame && head.size <= control_max) || fail(WebSocketErrc::bad_control);
  const bool continues = head.opcode == WebSocketOpcode::continuation;
  if (continues != opcode_.has_value()) return fail(WebSocketErrc::bad_continuation);
  // The message so far is never longer than allowed, so this cannot wrap.
  if (head.size > message_bytes_ - message_.size()) return fail(WebSocketErrc::too_large);
  return true;
}

std::string WebSocketFramer::take_payload(const Head& head) {
  const auto mask = begin_ + head.bytes - mask_bytes;
  std::string payload = buffer_.substr(begin_ + head.bytes, head.size);
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(payload[i] ^ buffer_[mask + i % mask_bytes]);
  begin_ += head.bytes + payload.size();
  if (begin_ == buffer_.size()) {
    begin_ = 0;
    buffer_.clear();
    // Thousands of idle connections must not keep room for their largest message each.
    if (buffer_.capacity() > small) buffer_ = {};
  }
  return payload;
}

/// The message when this fragment is its last.
std::optional<WebSocketFramer::Item> WebSocketFramer::add_fragment(const Head& head,
                                                                   std::string payload) {
  if (!opcode_) opcode_ = head.opcode;
  if (message_.empty())
    message_ = std::move(payload);
  else
    message_.append(payload);
  if (!head.final_frame) return std::nullopt;
  Item item{*std::exchange(opcode_, std::nullopt), std::exchange(message_, {})};
  if (item.opcode == WebSocketOpcode::text && !is_utf8(item.payload)) {
    fail(WebSocketErrc::not_utf8);
    return std::nullopt;
  }
  return item;
}

bool WebSocketFramer::fail(WebSocketErrc code) {
  error_ = code;
  begin_ = 0;
  buffer_ = {};
  message_ = {};
  return false;
}

}  // namespace sip
