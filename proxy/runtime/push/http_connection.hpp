#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <string>

#include "proxy/runtime/push/lookup.hpp"
#include "proxy/runtime/push/retry.hpp"
#include "proxy/runtime/push/tls_client.hpp"
#include "proxy/runtime/push/url.hpp"

namespace proxy::runtime::push {

using Request = boost::beast::http::request<boost::beast::http::string_body>;

/// A POST as the webhook gets it. `signature` may be empty.
Request make_request(const Target& target, std::string body, const std::string& signature);

/// One HTTP/1.1 connection, one request at a time. Every step is bounded by the time given to it.
class HttpConnection {
 public:
  /// `tls`: what https targets are met with; may be null when there are none.
  explicit HttpConnection(boost::asio::io_context& io, SSL_CTX* tls = nullptr);
  ~HttpConnection();

  /// Resolves, connects and shakes hands, through the proxy when one is given; the error's text,
  /// empty: connected.
  boost::asio::awaitable<std::string> connect(const Target& target, Clock::time_point until,
                                              const Target* proxy = nullptr);
  struct Exchange {
    Answer answer;
    bool heard{false};     ///< at least one byte came back
    bool reusable{false};  ///< the connection may carry another request
    std::string body{};    ///< at most 64 kB
    std::string date{};    ///< the answer's Date, as it came
  };
  boost::asio::awaitable<Exchange> ask(const Request& request, Clock::time_point until);

  /// May carry another request.
  bool reusable() const { return reusable_; }
  bool leads_to(const Target& target) const {
    return target.host == host_ && target.port == port_ && target.tls == (secure_ != nullptr);
  }

 private:
  struct Secure;

  boost::asio::awaitable<std::string> shake_hands(const Target& target);
  boost::asio::awaitable<Exchange> ask_secure(const Request& request);

  boost::asio::io_context& io_;
  SSL_CTX* tls_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::string host_;
  std::uint16_t port_{0};
  bool reusable_{false};
  std::unique_ptr<Secure> secure_;  ///< TLS over stream_, when the target wants it
};

}  // namespace proxy::runtime::push
