#include <boost/asio/ssl/stream.hpp>

#include "proxy/runtime/push/http_connection.hpp"
#include "proxy/runtime/push/http_exchange.hpp"

namespace proxy::runtime::push {

namespace asio = boost::asio;

/// Beast's stream below keeps the time for both.
struct HttpConnection::Secure {
  Secure(boost::beast::tcp_stream& below, SSL_CTX* context) : stream{below, SSL_new(context)} {}
  asio::ssl::stream<boost::beast::tcp_stream&> stream;
};

HttpConnection::HttpConnection(asio::io_context& io, SSL_CTX* tls)
    : io_{io}, tls_{tls}, stream_{io} {}
HttpConnection::~HttpConnection() = default;

asio::awaitable<std::string> HttpConnection::shake_hands(const Target& target) {
  if (tls_ == nullptr) co_return std::string{"https was not expected"};
  secure_ = std::make_unique<Secure>(stream_, tls_);
  auto& ssl = *secure_->stream.native_handle();
  if (!expect(ssl, target.host, "http/1.1")) co_return std::string{"bad host name"};
  boost::system::error_code error;
  co_await secure_->stream.async_handshake(asio::ssl::stream_base::client,
                                           asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return handshake_problem(ssl, error_text(error));
  co_return std::string{};
}

asio::awaitable<HttpConnection::Exchange> HttpConnection::ask_secure(const Request& request) {
  co_return co_await http_exchange<Exchange>(secure_->stream, buffer_, request);
}

}  // namespace proxy::runtime::push
