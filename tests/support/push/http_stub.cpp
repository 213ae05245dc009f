#include "tests/support/push/http_stub.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

}  // namespace

HttpStub::HttpStub(asio::io_context& io, Script script)
    : acceptor_{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      script_{std::move(script)} {
  asio::co_spawn(io, accept(), asio::detached);
}

std::string HttpStub::url() const {
  return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/push?k=1";
}

asio::awaitable<void> HttpStub::accept() {
  while (true) {
    boost::system::error_code error;
    auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    ++connections;
    asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpStub::serve(tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  while (true) {
    boost::system::error_code error;
    Request request;
    co_await http::async_read(socket, buffer, request,
                              asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    requests.push_back(request);
    at_once_max = std::max(at_once_max, ++at_once);
    const Reply reply = script_(request);
    if (reply.mute) {
      // Holds the connection open until the client gives up.
      co_await socket.async_wait(tcp::socket::wait_read,
                                 asio::redirect_error(asio::use_awaitable, error));
      --at_once;
      co_return;
    }
    http::response<http::string_body> response{static_cast<http::status>(reply.status), 11};
    if (!reply.retry_after.empty()) response.set(http::field::retry_after, reply.retry_after);
    response.body() = reply.body;
    response.prepare_payload();
    co_await http::async_write(socket, response, asio::redirect_error(asio::use_awaitable, error));
    --at_once;
    if (error || reply.close_after) co_return;
  }
}

}  // namespace test
