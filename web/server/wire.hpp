#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>

#include "proxy/runtime/tls/session.hpp"

namespace web::server {

/// The bytes of one HTTP connection, plain or TLS. What is not done by tcp()'s deadline fails.
class Wire {
 public:
  explicit Wire(boost::asio::ip::tcp::socket socket) : tcp_{std::move(socket)} {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  /// Deadlines, options, and the end.
  boost::beast::tcp_stream& tcp() { return tcp_; }
  virtual bool is_secure() const = 0;
  /// Shakes hands; before anything else.
  virtual boost::asio::awaitable<boost::system::error_code> open() = 0;
  virtual boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer into,
                                                        boost::system::error_code& error) = 0;
  /// All of it.
  virtual boost::asio::awaitable<boost::system::error_code> write(
      boost::asio::const_buffer bytes) = 0;
  /// Tells the peer that nothing more comes.
  virtual boost::asio::awaitable<void> finish() = 0;

 private:
  boost::beast::tcp_stream tcp_;
};

/// With a context: the server's side of TLS. No certificate is asked of the client.
std::unique_ptr<Wire> make_wire(boost::asio::ip::tcp::socket socket,
                                proxy::runtime::tls::Context tls);

}  // namespace web::server
