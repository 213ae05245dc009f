#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace test {

/// A real HTTP/1.1 server on a loopback port, answering as its script says.
class HttpStub {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  struct Reply {
    unsigned status{200};
    std::string retry_after{};
    bool close_after{false};  ///< closes without saying so in the answer
    bool mute{false};         ///< never answers
    std::string body{"{}"};
  };
  using Script = std::function<Reply(const Request&)>;

  HttpStub(boost::asio::io_context& io, Script script);

  std::string url() const;
  std::vector<Request> requests;
  std::size_t connections{0};
  std::size_t at_once{0};  ///< requests not answered yet
  std::size_t at_once_max{0};

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  Script script_;
};

}  // namespace test
