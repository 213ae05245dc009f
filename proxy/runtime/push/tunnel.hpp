#pragma once
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "proxy/runtime/push/lookup.hpp"

namespace proxy::runtime::push {

/// Asks the proxy at the other end of `stream` for a tunnel to the target (RFC 9110 section 9.3.6).
/// The error's text; empty: the stream leads there now.
template <class Stream>
boost::asio::awaitable<std::string> open_tunnel(Stream& stream, const Target& target) {
  namespace asio = boost::asio;
  constexpr std::size_t answer_max = 8'192;
  constexpr std::size_t line_max = 80;
  const bool bare = target.host.find(':') != std::string::npos;
  const auto host = bare ? '[' + target.host + ']' : target.host;
  const auto place = host + ':' + std::to_string(target.port);
  const std::string request = "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n\r\n";
  boost::system::error_code error;
  std::string answer;
  co_await asio::async_write(stream, asio::buffer(request),
                             asio::redirect_error(asio::use_awaitable, error));
  if (!error)
    co_await asio::async_read_until(stream, asio::dynamic_buffer(answer, answer_max), "\r\n\r\n",
                                    asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return "the proxy: " + error_text(error);
  const bool opened = answer.starts_with("HTTP/1.") && answer.size() > 12 && answer[9] == '2';
  const bool nothing_more = answer.ends_with("\r\n\r\n");
  if (opened && nothing_more) co_return std::string{};
  auto line = answer.substr(0, std::min(answer.find("\r\n"), line_max));
  for (char& c : line)
    if (c < ' ' || c > '~') c = '?';
  co_return "the proxy says " + line;
}

}  // namespace proxy::runtime::push
