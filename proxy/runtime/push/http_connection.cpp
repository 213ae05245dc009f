#include "proxy/runtime/push/http_connection.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "proxy/runtime/push/http_exchange.hpp"
#include "proxy/runtime/push/lookup.hpp"
#include "proxy/runtime/push/tunnel.hpp"

namespace proxy::runtime::push {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

}  // namespace

Request make_request(const Target& target, std::string body, const std::string& signature) {
  Request request{http::verb::post, target.path, 11};
  request.set(http::field::host, target.host_header);
  request.set(http::field::user_agent, "sipwake/" SIPWAKE_VERSION);
  request.set(http::field::content_type, "application/json");
  if (!signature.empty()) request.set("X-Sipwake-Signature", signature);
  request.body() = std::move(body);
  request.prepare_payload();
  return request;
}

asio::awaitable<std::string> HttpConnection::connect(const Target& target, Clock::time_point until,
                                                     const Target* proxy) {
  host_ = target.host;
  port_ = target.port;
  Endpoints endpoints;
  auto error = co_await look_up(io_, proxy ? *proxy : target, until, endpoints);
  if (!error) {
    stream_.expires_at(until);
    co_await stream_.async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) co_return error_text(error);
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay{true}, ignored);
  if (proxy) {
    auto problem = co_await open_tunnel(stream_, target);
    if (!problem.empty()) co_return problem;
  }
  if (target.tls) co_return co_await shake_hands(target);
  co_return std::string{};
}

asio::awaitable<HttpConnection::Exchange> HttpConnection::ask(const Request& request,
                                                              Clock::time_point until) {
  reusable_ = false;
  stream_.expires_at(until);
  Exchange exchange;
  if (secure_)
    exchange = co_await ask_secure(request);
  else
    exchange = co_await http_exchange<Exchange>(stream_, buffer_, request);
  stream_.expires_never();
  reusable_ = exchange.reusable;
  co_return exchange;
}

}  // namespace proxy::runtime::push
