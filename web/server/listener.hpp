#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>

#include "proxy/runtime/log/log.hpp"
#include "sipstack/transport/endpoint.hpp"
#include "web/server/backend.hpp"
#include "web/server/limits.hpp"
#include "web/server/session.hpp"

namespace web::server {

/// The listening socket and the connections it took. Everything but open() and close() happens on
/// the thread that runs the io_context, which must be one.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  /// Binds. Throws proxy::runtime::StartError: "http 127.0.0.1:8080: Address already in use".
  /// `tls`: gives the certificates that hold now; empty: plain HTTP.
  Listener(boost::asio::io_context& io, const sip::Endpoint& address,
           std::shared_ptr<Backend> backend, const HttpLimits& limits,
           std::shared_ptr<proxy::runtime::log::Log> log, proxy::runtime::tls::Source tls = {});

  /// Begins to take connections. From any thread, once.
  void open();
  /// Ends all connections and takes no more. From any thread; idempotent.
  void close();
  const sip::Endpoint& bound() const { return bound_; }

 private:
  void accept();
  void accept_again_later();
  void take(boost::asio::ip::tcp::socket socket);
  bool close_longest_idle();
  void close_all();

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::shared_ptr<Backend> backend_;
  const HttpLimits limits_;
  std::shared_ptr<proxy::runtime::log::Log> log_;
  proxy::runtime::tls::Source tls_;
  sip::Endpoint bound_;
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::uint64_t last_session_{0};
};

}  // namespace web::server
