#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>

#include "sipstack/net/send_queue.hpp"
#include "sipstack/transport/flow.hpp"
#include "sipstack/transport/framing.hpp"

namespace sip::net {

/// One TCP connection. Owned by Streams; everybody else, its own handlers included, keeps the id
/// and looks again.
struct Connection {
  Connection(boost::asio::ip::tcp::socket connected, const Flow& its_flow, const Limits& limits)
      : socket{std::move(connected)},
        timer{socket.get_executor()},
        flow{its_flow},
        framer{limits} {}

  boost::asio::ip::tcp::socket socket;
  boost::asio::steady_timer timer;  ///< bounds the connect
  Flow flow;
  StreamFramer framer;
  SendQueue queue;
  bool connecting{false};
  bool accepted{false};
  bool dirty{false};  ///< has bytes for the next flush
  bool waiting_to_write{false};
  bool watched{false};  ///< a deadline for its next whole message is running
  bool had_message{false};
  std::optional<std::chrono::steady_clock::time_point> partial_since;
};

}  // namespace sip::net
