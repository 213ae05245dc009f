#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sipstack/net/openssl.hpp"
#include "tests/support/push/http2_peer.hpp"

namespace test {

/// A real HTTP/2 server with TLS on a loopback port, with a certificate of its own making.
class Http2Server {
 public:
  class Connection;
  using Request = Http2Peer::Request;
  using Script = std::function<void(Connection&, const Request&)>;
  enum class Mode { normal, close_at_once, mute };

  /// One client. Answer through peer(), then flush().
  class Connection : public std::enable_shared_from_this<Connection> {
   public:
    Connection(Http2Server& server, boost::asio::ip::tcp::socket socket);
    ~Connection();
    Http2Peer& peer() { return *peer_; }
    void flush();
    /// As a process that dies.
    void close();
    std::size_t requests{0};

   private:
    friend class Http2Server;
    struct Wire;
    boost::asio::awaitable<void> run(std::shared_ptr<Connection> self);

    Http2Server& server_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<Http2Peer> peer_;
    std::string writing_;
    bool closed_{false};
  };

  Http2Server(boost::asio::io_context& io, Script script);
  ~Http2Server();

  std::string url() const;
  /// PEM of the authority that a client must trust.
  const std::string& certificate() const { return certificate_; }
  void set_mode(Mode mode) { mode_ = mode; }
  void set_streams(std::uint32_t streams) { streams_ = streams; }
  void stop();

  std::vector<std::weak_ptr<Connection>> connections;  ///< all that were ever accepted

 private:
  boost::asio::awaitable<void> accept();

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  sip::net::SslContextPtr tls_;
  std::string certificate_;
  Script script_;
  Mode mode_{Mode::normal};
  std::uint32_t streams_{1'000};
  std::vector<std::shared_ptr<Connection>> muted_;  ///< accepted, and never spoken to
};

}  // namespace test
