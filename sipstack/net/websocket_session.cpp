#include "sipstack/net/websocket_session.hpp"

#include <utility>

#include "sipstack/transport/utf8.hpp"

namespace sip::net {
namespace {

constexpr std::uint16_t going_away = 1001;  // RFC 6455 section 7.4.1

}  // namespace

void WebSocketSession::push(std::string_view bytes) {
  if (state_ == State::open) framer_.push(bytes);
  if (state_ == State::greeting && !greeting_) greeting_ = upgrade_.push(bytes);
}

bool WebSocketSession::mid_message() const {
  return state_ == State::open && framer_.mid_message();
}

std::optional<Protocol::Item> WebSocketSession::next() {
  if (state_ == State::greeting) return greet();
  if (state_ == State::closed) return std::nullopt;
  if (auto frame = framer_.next()) return item_for(std::move(*frame));
  const auto& error = framer_.error();
  if (!error) return std::nullopt;
  return close(websocket_close(close_code(*error)), std::string{to_string(*error)});
}

std::optional<Protocol::Item> WebSocketSession::greet() {
  if (!greeting_) return std::nullopt;
  const auto answer = *std::exchange(greeting_, std::nullopt);
  if (!answer.refusal.empty()) return close(answer.response, answer.refusal);
  state_ = State::open;
  framer_.push(answer.rest);
  return Item{Kind::opened, {}, answer.response};
}

Protocol::Item WebSocketSession::close(std::string answer, std::string why) {
  state_ = State::closed;
  return {Kind::ended, std::move(why), std::move(answer)};
}

Protocol::Item WebSocketSession::item_for(WebSocketFramer::Item frame) {
  switch (frame.opcode) {
    case WebSocketOpcode::ping:
      return {Kind::keep_alive, {}, websocket_frame(WebSocketOpcode::pong, frame.payload)};
    case WebSocketOpcode::pong:
      return {Kind::keep_alive, {}, {}};
    case WebSocketOpcode::close:
      return close(websocket_frame(WebSocketOpcode::close, frame.payload.substr(0, 2)), {});
    default:
      break;
  }
  // Keep-alives of RFC 5626 are allowed here too (RFC 7118 section 6).
  if (frame.payload == "\r\n\r\n")
    return {Kind::keep_alive, {}, websocket_frame(WebSocketOpcode::text, "\r\n")};
  if (frame.payload.empty() || frame.payload == "\r\n") return {Kind::keep_alive, {}, {}};
  return {Kind::message, std::move(frame.payload), {}};
}

std::string WebSocketSession::head_for(std::string_view message) const {
  const auto opcode = is_utf8(message) ? WebSocketOpcode::text : WebSocketOpcode::binary;
  return websocket_frame_head(opcode, message.size());
}

std::string WebSocketSession::ping() const { return websocket_frame(WebSocketOpcode::ping, {}); }

std::string WebSocketSession::farewell() const {
  return state_ == State::open ? websocket_close(going_away) : std::string{};
}

}  // namespace sip::net
