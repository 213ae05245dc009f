#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sip::net {

/// How SIP messages are cut out of a connection's bytes, and put into them. Values in, values out.
class Protocol {
 public:
  enum class Kind : std::uint8_t {
    opened,      ///< the opening handshake is through: messages may come and go
    message,     ///< `bytes` is one
    keep_alive,  ///< a ping or a pong
    ended,       ///< nothing more can be read; `bytes` says why, empty: an orderly end
  };
  struct Item {
    Kind kind{Kind::message};
    std::string bytes;
    std::string answer;  ///< to send back at once: a pong, a refusal
  };

  virtual ~Protocol() = default;
  /// Takes what was read; then call next() until it has nothing more. After `ended` nothing comes.
  virtual void push(std::string_view bytes) = 0;
  virtual std::optional<Item> next() = 0;
  /// True while part of a message is here: the rest must come soon, or the peer is too slow.
  virtual bool mid_message() const = 0;

  /// True: messages go only once `opened` was told.
  virtual bool has_handshake() const { return false; }
  /// What has to stand before a message that is sent.
  virtual std::string head_for(std::string_view) const { return {}; }
  /// What makes a living peer answer; empty where there is no such thing.
  virtual std::string ping() const { return {}; }
  /// What an orderly end begins with.
  virtual std::string farewell() const { return {}; }
};

}  // namespace sip::net
