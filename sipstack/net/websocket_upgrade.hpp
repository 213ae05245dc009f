#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sip::net {

/// Reads the HTTP request that opens a WebSocket (RFC 6455 section 4.2, RFC 7118 section 4).
class WebSocketUpgrade {
 public:
  struct Answer {
    std::string response;  ///< what to send, whichever way it goes
    std::string refusal;   ///< why not, for the log; empty: opened
    std::string rest;      ///< what came behind the request
  };

  /// `origins`: pages that may open one, lower case; empty: any.
  explicit WebSocketUpgrade(const std::vector<std::string>& origins) : origins_{origins} {}

  /// Takes what was read; an answer once the request is whole or hopeless.
  std::optional<Answer> push(std::string_view bytes);
  /// True while part of the request is here.
  bool is_begun() const { return !buffer_.empty(); }

 private:
  const std::vector<std::string>& origins_;
  std::string buffer_;
};

}  // namespace sip::net
