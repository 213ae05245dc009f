#include "proxy/runtime/push/http_connection.hpp"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <memory>
#include <vector>

#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Endpoints = std::vector<tcp::endpoint>;

constexpr std::uint32_t header_max = 16'384;
constexpr std::uint64_t body_max = 65'536;
constexpr std::size_t reason_max = 64;
constexpr int informational_max = 5;

std::string error_text(const error_code& error) {
  return error == beast::error::timeout ? "timeout" : sip::to_lower(error.message());
}

/// What a resolver found; shared with its handler, which may come after the waiting was given up.
struct Lookup {
  explicit Lookup(asio::io_context& io, Clock::time_point until)
      : resolver{io}, patience{io, until} {}
  tcp::resolver resolver;
  asio::steady_timer patience;
  bool done{false};
  error_code error;
  Endpoints endpoints;
};

/// A lookup cannot be cancelled while the system's resolver blocks, so its end is raced by a timer.
asio::awaitable<error_code> resolve(asio::io_context& io, const Target& target,
                                    Clock::time_point until, Endpoints& found) {
  error_code error;
  const auto literal = asio::ip::make_address(target.host, error);
  if (!error) {
    found = {tcp::endpoint{literal, target.port}};
    co_return error_code{};
  }
  const auto lookup = std::make_shared<Lookup>(io, until);
  lookup->resolver.async_resolve(
      target.host, std::to_string(target.port),
      [lookup](const error_code& result, const tcp::resolver::results_type& results) {
        lookup->done = true;
        lookup->error = result;
        for (const auto& entry : results) lookup->endpoints.push_back(entry.endpoint());
        lookup->patience.cancel();
      });
  co_await lookup->patience.async_wait(asio::redirect_error(asio::use_awaitable, error));
  if (!lookup->done) co_return beast::error::timeout;
  found = lookup->endpoints;
  co_return lookup->error;
}

Answer to_answer(const http::response_header<>& header) {
  const int status = static_cast<int>(header.result_int());
  std::string reason{header.reason()};
  if (reason.empty()) reason = std::string{http::obsolete_reason(header.result())};
  reason.resize(std::min(reason.size(), reason_max));
  for (auto& c : reason)
    if (c < ' ' || c > '~') c = '?';
  const auto retry = header[http::field::retry_after];
  return {status, std::to_string(status) + " " + reason,
          parse_retry_after({retry.data(), retry.size()})};
}

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

HttpConnection::HttpConnection(asio::io_context& io) : io_{io}, stream_{io} {}

asio::awaitable<std::string> HttpConnection::connect(const Target& target,
                                                     Clock::time_point until) {
  host_ = target.host;
  port_ = target.port;
  Endpoints endpoints;
  auto error = co_await resolve(io_, target, until, endpoints);
  if (!error) {
    stream_.expires_at(until);
    co_await stream_.async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) co_return error_text(error);
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay{true}, ignored);
  co_return std::string{};
}

asio::awaitable<HttpConnection::Exchange> HttpConnection::ask(const Request& request,
                                                              Clock::time_point until) {
  Exchange exchange;
  reusable_ = false;
  error_code error;
  stream_.expires_at(until);
  co_await http::async_write(stream_, request, asio::redirect_error(asio::use_awaitable, error));
  for (int round = 0; !error && round < informational_max; ++round) {
    http::response_parser<http::string_body> parser;
    parser.header_limit(header_max);
    parser.body_limit(body_max);
    const auto count = co_await http::async_read_header(
        stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
    exchange.heard = exchange.heard || count > 0 || buffer_.size() > 0;
    if (error) break;
    exchange.answer = to_answer(parser.get().base());
    if (exchange.answer.status < 200) continue;
    // The answer stands with its status line; the body is read only to free the connection.
    co_await http::async_read(stream_, buffer_, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    reusable_ = !error && parser.get().keep_alive() && buffer_.size() == 0;
    stream_.expires_never();
    co_return exchange;
  }
  exchange.answer = {0, error ? error_text(error) : "no final answer", std::nullopt};
  co_return exchange;
}

}  // namespace proxy::runtime::push
