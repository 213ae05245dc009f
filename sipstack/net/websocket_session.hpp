#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sipstack/base/limits.hpp"
#include "sipstack/net/protocol.hpp"
#include "sipstack/net/websocket_upgrade.hpp"
#include "sipstack/transport/websocket.hpp"

namespace sip::net {

/// SIP over WebSocket, the server's side (RFC 7118): one message a frame, text or binary.
class WebSocketSession : public Protocol {
 public:
  /// `origins` outlives it.
  WebSocketSession(const Limits& limits, const std::vector<std::string>& origins)
      : upgrade_{origins}, framer_{limits.message_bytes} {}

  void push(std::string_view bytes) override;
  std::optional<Item> next() override;
  bool mid_message() const override;
  bool has_handshake() const override { return true; }
  std::string head_for(std::string_view message) const override;
  std::string ping() const override;
  std::string farewell() const override;

 private:
  enum class State : std::uint8_t { greeting, open, closed };

  std::optional<Item> greet();
  Item item_for(WebSocketFramer::Item frame);
  Item close(std::string answer, std::string why);

  State state_{State::greeting};
  WebSocketUpgrade upgrade_;
  std::optional<WebSocketUpgrade::Answer> greeting_;
  WebSocketFramer framer_;
};

}  // namespace sip::net
