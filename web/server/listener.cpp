#include "web/server/listener.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <optional>

#include "proxy/runtime/loop/server.hpp"

namespace web::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

tcp::acceptor bind(asio::io_context& io, const sip::Endpoint& address) {
  const tcp::endpoint endpoint{asio::ip::make_address(address.address.to_string()), address.port};
  tcp::acceptor acceptor{io};
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    throw proxy::runtime::StartError("http " + address.to_string() + ": " + error.message());
  return acceptor;
}

/// Says that we are full, if the socket takes it at once.
void turn_away(tcp::socket socket) {
  constexpr std::string_view full =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\n"
      "Connection: close\r\n\r\n";
  error_code error;
  socket.non_blocking(true, error);
  if (!error) socket.write_some(asio::buffer(full.data(), full.size()), error);
  socket.shutdown(tcp::socket::shutdown_send, error);
}

}  // namespace

Listener::Listener(asio::io_context& io, const sip::Endpoint& address,
                   std::shared_ptr<Backend> backend, const HttpLimits& limits,
                   std::shared_ptr<proxy::runtime::log::Log> log, proxy::runtime::tls::Source tls)
    : io_(io),
      acceptor_(bind(io, address)),
      pause_(io),
      backend_(std::move(backend)),
      limits_(limits),
      log_(std::move(log)),
      tls_(std::move(tls)),
      bound_{address.address, acceptor_.local_endpoint().port()} {}

void Listener::open() {
  asio::post(io_, [self = shared_from_this()] { self->accept(); });
}

void Listener::close() {
  asio::post(io_, [self = shared_from_this()] { self->close_all(); });
}

void Listener::close_all() {
  error_code error;
  acceptor_.close(error);
  pause_.cancel();
  for (const auto& [id, session] : sessions_) session->close();
}

void Listener::accept() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
    if (!self->acceptor_.is_open()) return;
    if (error) {
      self->log_->warn("http.accept_failed", {{"error", error.message()}});
      self->accept_again_later();
      return;
    }
    self->take(std::move(socket));
    self->accept();
  });
}

/// With no descriptor left accept() fails at once, again and again: do not spin.
void Listener::accept_again_later() {
  pause_.expires_after(std::chrono::milliseconds{250});
  pause_.async_wait([self = shared_from_this()](const error_code&) { self->accept(); });
}

void Listener::take(tcp::socket socket) {
  if (sessions_.size() >= limits_.connections && !close_longest_idle()) {
    // Behind TLS there is nobody yet to be told.
    if (!tls_) turn_away(std::move(socket));
    return;
  }
  const auto id = ++last_session_;
  auto ended = [self = shared_from_this(), id] { self->sessions_.erase(id); };
  sessions_[id] = start_session(make_wire(std::move(socket), tls_ ? tls_() : nullptr), backend_,
                                limits_, log_, std::move(ended));
}

bool Listener::close_longest_idle() {
  Session* longest = nullptr;
  for (const auto& [id, session] : sessions_) {
    const auto since = session->idle_since();
    if (since && (longest == nullptr || *since < longest->idle_since())) longest = session.get();
  }
  if (longest != nullptr) longest->close();
  return longest != nullptr;
}

}  // namespace web::server
