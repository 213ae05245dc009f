#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

namespace test {

/// An HTTP proxy that knows CONNECT alone, and leads every tunnel to where its request says.
class Tunnel {
 public:
  /// `answer`: its status line; a tunnel is opened when that says 200.
  Tunnel(boost::asio::io_context& io, std::string answer = "HTTP/1.1 200 Connection established");

  std::string url() const;
  std::vector<std::string> requests;  ///< their first lines

 private:
  using Socket = boost::asio::ip::tcp::socket;

  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(Socket near);

  boost::asio::ip::tcp::acceptor acceptor_;
  std::string answer_;
};

}  // namespace test
