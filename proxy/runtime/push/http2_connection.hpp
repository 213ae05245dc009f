#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/runtime/push/http2_session.hpp"
#include "proxy/runtime/push/lookup.hpp"
#include "proxy/runtime/push/tls_client.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy::runtime::push {

/// One HTTP/2 connection over TLS: an Http2Session and the socket it speaks through. Says that
/// something has changed; who owns it looks what.
class Http2Connection : public std::enable_shared_from_this<Http2Connection> {
 public:
  struct Options {
    Target target;
    std::shared_ptr<SSL_CTX> tls;
    std::optional<Target> proxy;  ///< asked for a tunnel
    /// Which of the addresses a name leads to may be connected to; without it all.
    std::function<bool(const sip::Address&)> allowed{};
    sip::Duration connect_timeout{std::chrono::seconds{5}};
  };
  using Changed = std::function<void()>;

  Http2Connection(boost::asio::io_context& io, Options options);
  ~Http2Connection();

  /// Connects; `changed` is called from the io_context until close(), never from here.
  void open(Changed changed);
  /// Now: nobody is told of anything any more.
  void close();

  bool can_ask() const { return !over_ && session_ && session_->can_ask(); }
  void ask(Http2Session::Token token, const HttpRequest& request);
  void forget(Http2Session::Token token);
  std::vector<Http2Session::Event> take_events();

  bool is_opening() const {
    return !over_ && (!session_ || !session_->is_ready()) && !is_closing();
  }
  bool is_closing() const { return over_ || (session_ && session_->is_closing()); }
  bool is_over() const { return over_; }
  bool was_ready() const { return session_.has_value(); }
  std::size_t open_requests() const { return session_ ? session_->open() : 0; }
  const std::string& why() const { return why_; }

  std::optional<sip::TimePoint> next_deadline() const;
  void on_deadline(sip::TimePoint now);

  static sip::TimePoint now();

 private:
  struct Wire;

  boost::asio::awaitable<void> run(std::shared_ptr<Http2Connection> self);
  boost::asio::awaitable<std::string> connect();
  bool may_reach(const boost::asio::ip::tcp::endpoint& endpoint) const;
  boost::asio::awaitable<std::string> shake_hands();
  boost::asio::awaitable<void> read();
  void flush();
  void end(const std::string& why);

  boost::asio::io_context& io_;
  const Options options_;
  std::unique_ptr<Wire> wire_;
  std::optional<Http2Session> session_;
  Changed changed_;
  std::string writing_;
  std::string why_;
  bool over_{false};
};

}  // namespace proxy::runtime::push
