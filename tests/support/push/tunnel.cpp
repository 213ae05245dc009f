#include "tests/support/push/tunnel.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>

#include "sipstack/transport/endpoint.hpp"

namespace test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using SharedSocket = std::shared_ptr<tcp::socket>;

/// Carries bytes one way until either end closes.
class Way : public std::enable_shared_from_this<Way> {
 public:
  Way(SharedSocket from, SharedSocket to) : from_{std::move(from)}, to_{std::move(to)} {}
  void read() {
    from_->async_read_some(asio::buffer(bytes_),
                           [self = shared_from_this()](const error_code& error, std::size_t count) {
                             self->write(error, count);
                           });
  }

 private:
  void write(error_code error, std::size_t count) {
    if (error) {
      to_->close(error);
      return;
    }
    asio::async_write(*to_, asio::buffer(bytes_.data(), count),
                      [self = shared_from_this()](const error_code& failed, std::size_t) {
                        if (!failed) self->read();
                      });
  }

  SharedSocket from_;
  SharedSocket to_;
  std::array<char, 8'192> bytes_{};
};

}  // namespace

Tunnel::Tunnel(asio::io_context& io, std::string answer)
    : acceptor_{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      answer_{std::move(answer)} {
  asio::co_spawn(io, accept(), asio::detached);
}

std::string Tunnel::url() const {
  return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

asio::awaitable<void> Tunnel::accept() {
  while (true) {
    error_code error;
    auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> Tunnel::serve(Socket near) {
  error_code error;
  std::string head;
  co_await asio::async_read_until(near, asio::dynamic_buffer(head), "\r\n\r\n",
                                  asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  requests.push_back(head.substr(0, head.find("\r\n")));
  const auto begin = head.find(' ') + 1;
  const auto place = sip::Endpoint::parse(head.substr(begin, head.find(' ', begin) - begin));
  const std::string reply = answer_ + "\r\n\r\n";
  co_await asio::async_write(near, asio::buffer(reply),
                             asio::redirect_error(asio::use_awaitable, error));
  if (error || !place || answer_.find(" 200 ") == std::string::npos) co_return;
  const auto here = std::make_shared<tcp::socket>(std::move(near));
  const auto there = std::make_shared<tcp::socket>(acceptor_.get_executor());
  const tcp::endpoint far{asio::ip::make_address(place->address.to_string()), place->port};
  co_await there->async_connect(far, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  std::make_shared<Way>(there, here)->read();
  std::make_shared<Way>(here, there)->read();
}

}  // namespace test
