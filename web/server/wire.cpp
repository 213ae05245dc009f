#include "web/server/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "web/server/tls_wire.hpp"

namespace web::server {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;

class PlainWire final : public Wire {
 public:
  using Wire::Wire;

  bool is_secure() const override { return false; }
  asio::awaitable<error_code> open() override { co_return error_code{}; }
  asio::awaitable<std::size_t> read_some(asio::mutable_buffer into, error_code& error) override {
    co_return co_await tcp().async_read_some(into, redirect_error(use_awaitable, error));
  }
  asio::awaitable<error_code> write(asio::const_buffer bytes) override {
    error_code error;
    co_await asio::async_write(tcp(), bytes, redirect_error(use_awaitable, error));
    co_return error;
  }
  asio::awaitable<void> finish() override {
    error_code ignored;
    tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    co_return;
  }
};

}  // namespace

std::unique_ptr<Wire> make_wire(asio::ip::tcp::socket socket, proxy::runtime::tls::Context tls) {
  if (tls) return make_tls_wire(std::move(socket), std::move(tls));
  return std::make_unique<PlainWire>(std::move(socket));
}

}  // namespace web::server
