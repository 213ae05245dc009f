#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "sipstack/base/time.hpp"
#include "sipstack/net/channel.hpp"
#include "sipstack/net/protocol.hpp"
#include "sipstack/net/send_queue.hpp"
#include "sipstack/net/socket.hpp"
#include "sipstack/transport/flow.hpp"

namespace sip::net {

/// One connection of whatever transport. Owned by Streams; everybody else, its own handlers
/// included, keeps the id and looks again.
struct Connection {
  enum class State : std::uint8_t {
    connecting,
    securing,  ///< the TLS handshake
    greeting,  ///< the WebSocket handshake
    open,      ///< told as opened
  };

  Connection(boost::asio::ip::tcp::socket its_socket, const Flow& its_flow)
      : socket{std::move(its_socket)}, flow{its_flow} {}

  boost::asio::ip::tcp::socket socket;
  std::unique_ptr<Channel> channel;
  std::unique_ptr<Protocol> protocol;
  Flow flow;
  SendQueue queue;
  State state{State::connecting};
  bool accepted{false};
  bool dirty{false};  ///< has bytes for the next flush
  bool waiting_to_write{false};
  bool write_after_read{false};  ///< TLS must hear from the peer first
  bool had_message{false};

  TimePoint since{};  ///< when it was accepted or asked for; once open: opened
  TimePoint heard{};  ///< when bytes came last
  std::optional<TimePoint> partial_since;
  std::optional<TimePoint> pinged;      ///< unanswered
  std::optional<TimePoint> watched_at;  ///< when its deadlines are looked at next
};

/// Our end, as the system says; unspecified when it is gone.
inline Endpoint local_end(const Connection& connection) {
  boost::system::error_code gone;
  return to_endpoint(connection.socket.local_endpoint(gone));
}

}  // namespace sip::net
