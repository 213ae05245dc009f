#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "sipstack/net/streams.hpp"
#include "sipstack/transport/flow.hpp"

namespace sip::net {

/// Accepts connections, whatever is spoken on them, and hands them to Streams. Destroy it only
/// after the io_context has run for the last time.
class TcpListener {
 public:
  /// Throws BindError.
  TcpListener(boost::asio::io_context& io, Transport transport, const Endpoint& address,
              std::uint8_t index, Streams& streams);

  void start();
  void close();
  const Endpoint& bound() const { return bound_; }

 private:
  void accept();
  void on_accepted(const boost::system::error_code& error, boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  Endpoint bound_;
  std::uint8_t index_;
  Streams& streams_;
};

}  // namespace sip::net
