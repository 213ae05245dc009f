#pragma once
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sip::net {

/// What one step on a connection came to.
struct Progress {
  enum class State : std::uint8_t {
    done,        ///< `count` bytes went through; there may be more to do
    wait_read,   ///< again once the socket can be read
    wait_write,  ///< again once it can be written
    ended,       ///< the peer has closed, or the connection is broken
  };
  State state{State::done};
  std::size_t count{0};
};

/// The bytes of one connection, with whatever protects them on the way. Never blocks. It borrows
/// the connection's socket and lives no longer.
class Channel {
 public:
  virtual ~Channel() = default;
  /// Comes first; nothing else is asked before it is done.
  virtual Progress handshake() = 0;
  virtual Progress read(std::span<char> into) = 0;
  /// After wait_read or wait_write the same bytes must come again, and more may follow them.
  virtual Progress write(std::span<const boost::asio::const_buffer> pieces) = 0;
  /// Says goodbye, as far as the system takes it at once.
  virtual void finish() = 0;
  /// The domains that the certificate of who connected to us speaks for, once it was verified.
  virtual std::vector<std::string> proven() const { return {}; }
  /// Why the handshake ended, for the log. Valid until the next call.
  virtual std::string_view problem() const = 0;
};

}  // namespace sip::net
