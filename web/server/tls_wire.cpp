#include "web/server/tls_wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace web::server {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;

class TlsWire final : public Wire {
 public:
  // The stream frees the session it is given.
  TlsWire(asio::ip::tcp::socket socket, proxy::runtime::tls::Context tls)
      : Wire{std::move(socket)},
        context_{std::move(tls)},
        stream_{tcp(), proxy::runtime::tls::make_session(context_)} {}

  bool is_secure() const override { return true; }
  asio::awaitable<error_code> open() override {
    error_code error;
    co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                     redirect_error(use_awaitable, error));
    co_return error;
  }
  asio::awaitable<std::size_t> read_some(asio::mutable_buffer into, error_code& error) override {
    co_return co_await stream_.async_read_some(into, redirect_error(use_awaitable, error));
  }
  asio::awaitable<error_code> write(asio::const_buffer bytes) override {
    error_code error;
    co_await asio::async_write(stream_, bytes, redirect_error(use_awaitable, error));
    co_return error;
  }
  asio::awaitable<void> finish() override {
    error_code ignored;
    co_await stream_.async_shutdown(redirect_error(use_awaitable, ignored));
  }

 private:
  proxy::runtime::tls::Context context_;  ///< the session looks names up in it
  asio::ssl::stream<boost::beast::tcp_stream&> stream_;
};

}  // namespace

std::unique_ptr<Wire> make_tls_wire(asio::ip::tcp::socket socket,
                                    proxy::runtime::tls::Context tls) {
  return std::make_unique<TlsWire>(std::move(socket), std::move(tls));
}

}  // namespace web::server
