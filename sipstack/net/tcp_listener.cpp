#include "sipstack/net/tcp_listener.hpp"

#include <chrono>
#include <utility>

#include "sipstack/net/socket.hpp"

namespace sip::net {
namespace {

/// Out of descriptors, the waiting connection stays ready: accepting at once again would spin.
constexpr std::chrono::milliseconds breather{100};

}  // namespace

TcpListener::TcpListener(boost::asio::io_context& io, Transport transport, const Endpoint& address,
                         std::uint8_t index, Streams& streams)
    : acceptor_{io}, pause_{io}, index_{index}, streams_{streams} {
  const auto protocol =
      address.address.is_v4() ? boost::asio::ip::tcp::v4() : boost::asio::ip::tcp::v6();
  acceptor_.assign(protocol, open_tcp(transport, address));
  bound_ = bound_endpoint(acceptor_.native_handle());
}

void TcpListener::start() { accept(); }

void TcpListener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void TcpListener::accept() {
  acceptor_.async_accept(
      [this](const boost::system::error_code& error, boost::asio::ip::tcp::socket socket) {
        on_accepted(error, std::move(socket));
      });
}

void TcpListener::on_accepted(const boost::system::error_code& error,
                              boost::asio::ip::tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (!error) {
    streams_.adopt(std::move(socket), index_);
    accept();
    return;
  }
  pause_.expires_after(breather);
  pause_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && acceptor_.is_open()) accept();
  });
}

}  // namespace sip::net
