#pragma once
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <string>

#include "proxy/runtime/push/http_connection.hpp"

namespace proxy::runtime::push {

/// What a response head says.
inline Answer to_answer(const boost::beast::http::response_header<>& header) {
  const int status = static_cast<int>(header.result_int());
  constexpr std::size_t reason_max = 64;
  std::string reason{header.reason()};
  if (reason.empty()) reason = std::string{boost::beast::http::obsolete_reason(header.result())};
  reason.resize(std::min(reason.size(), reason_max));
  for (auto& c : reason)
    if (c < ' ' || c > '~') c = '?';
  const auto retry = header[boost::beast::http::field::retry_after];
  return {status, std::to_string(status) + " " + reason,
          parse_retry_after({retry.data(), retry.size()})};
}

/// One request and its answer over a stream, plain or TLS. A template, so that each kind is
/// compiled in one file alone.
template <class Exchange, class Stream>
boost::asio::awaitable<Exchange> http_exchange(Stream& stream, boost::beast::flat_buffer& buffer,
                                               const Request& request) {
  namespace http = boost::beast::http;
  using boost::asio::redirect_error;
  using boost::asio::use_awaitable;
  constexpr std::uint32_t header_max = 16'384;
  constexpr std::uint64_t body_max = 65'536;
  constexpr int informational_max = 5;
  Exchange exchange;
  boost::system::error_code error;
  co_await http::async_write(stream, request, redirect_error(use_awaitable, error));
  for (int round = 0; !error && round < informational_max; ++round) {
    http::response_parser<http::string_body> parser;
    parser.header_limit(header_max);
    parser.body_limit(body_max);
    const auto count = co_await http::async_read_header(stream, buffer, parser,
                                                        redirect_error(use_awaitable, error));
    exchange.heard = exchange.heard || count > 0 || buffer.size() > 0;
    if (error) break;
    exchange.answer = to_answer(parser.get().base());
    if (exchange.answer.status < 200) continue;
    // The answer stands with its status line, however its body ends.
    co_await http::async_read(stream, buffer, parser, redirect_error(use_awaitable, error));
    exchange.reusable = !error && parser.get().keep_alive() && buffer.size() == 0;
    const auto date = parser.get()[http::field::date];
    exchange.date.assign(date.data(), date.size());
    if (!error) exchange.body = std::move(parser.get().body());
    co_return exchange;
  }
  exchange.answer = {0, error ? error_text(error) : "no final answer", std::nullopt};
  co_return exchange;
}

}  // namespace proxy::runtime::push
