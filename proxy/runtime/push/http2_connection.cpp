#include "proxy/runtime/push/http2_connection.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>

#include "proxy/runtime/push/tunnel.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t read_bytes = 16'384;

}  // namespace

/// What needs the heavy headers.
struct Http2Connection::Wire {
  // The stream frees what it is given.
  Wire(asio::io_context& io, SSL_CTX* context)
      : stream{tcp::socket{io}, SSL_new(context)}, patience{io} {}
  asio::ssl::stream<tcp::socket> stream;
  asio::steady_timer patience;
  std::array<char, read_bytes> input{};
};

Http2Connection::Http2Connection(asio::io_context& io, Options options)
    : io_{io},
      options_{std::move(options)},
      wire_{std::make_unique<Wire>(io, options_.tls.get())} {}
Http2Connection::~Http2Connection() = default;

sip::TimePoint Http2Connection::now() {
  return sip::TimePoint{std::chrono::duration_cast<sip::Duration>(Clock::now().time_since_epoch())};
}

void Http2Connection::open(Changed changed) {
  changed_ = std::move(changed);
  asio::co_spawn(io_, run(shared_from_this()), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
}

void Http2Connection::close() {
  changed_ = nullptr;
  end("closed");
}

void Http2Connection::end(const std::string& why) {
  if (over_) return;
  over_ = true;
  if (session_) session_->lose(why);
  why_ = session_ && !session_->why().empty() ? session_->why() : why;
  wire_->patience.cancel();
  error_code ignored;
  wire_->stream.next_layer().close(ignored);
  if (changed_) changed_();
}

asio::awaitable<void> Http2Connection::run(std::shared_ptr<Http2Connection> self) {
  wire_->patience.expires_after(options_.connect_timeout);
  wire_->patience.async_wait([self](const error_code& cancelled) {
    if (!cancelled) self->end("timeout while connecting");
  });
  std::string problem = co_await connect();
  if (problem.empty() && options_.proxy)
    problem = co_await open_tunnel(wire_->stream.next_layer(), options_.target);
  if (problem.empty()) problem = co_await shake_hands();
  if (over_) co_return;
  if (!problem.empty()) co_return end(problem);
  Http2Session::Options session;
  session.authority = options_.target.host_header;
  session_.emplace(std::move(session), now());
  flush();
  co_await read();
}

bool Http2Connection::may_reach(const tcp::endpoint& endpoint) const {
  if (!options_.allowed) return true;
  const auto address = sip::Address::parse(endpoint.address().to_string());
  return address && options_.allowed(*address);
}

asio::awaitable<std::string> Http2Connection::connect() {
  const auto& target = options_.proxy ? *options_.proxy : options_.target;
  Endpoints endpoints;
  auto error = co_await look_up(io_, target, Clock::now() + options_.connect_timeout, endpoints);
  if (error || over_) co_return error_text(error);
  std::erase_if(endpoints, [this](const auto& endpoint) { return !may_reach(endpoint); });
  if (endpoints.empty()) co_return std::string{"it leads to an address that is not allowed"};
  auto& socket = wire_->stream.next_layer();
  co_await asio::async_connect(socket, endpoints, asio::redirect_error(asio::use_awaitable, error));
  if (error || over_) co_return error_text(error);
  socket.set_option(tcp::no_delay{true}, error);
  co_return std::string{};
}

asio::awaitable<std::string> Http2Connection::shake_hands() {
  auto& ssl = *wire_->stream.native_handle();
  if (!expect(ssl, options_.target.host, "h2")) co_return std::string{"bad host name"};
  error_code error;
  co_await wire_->stream.async_handshake(asio::ssl::stream_base::client,
                                         asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return handshake_problem(ssl, error_text(error));
  if (chosen_protocol(ssl) != "h2") co_return std::string{"the service speaks no HTTP/2"};
  co_return std::string{};
}

asio::awaitable<void> Http2Connection::read() {
  while (!over_) {
    error_code error;
    const auto count = co_await wire_->stream.async_read_some(
        asio::buffer(wire_->input), asio::redirect_error(asio::use_awaitable, error));
    if (over_) co_return;
    if (error) co_return end("the connection was lost: " + error_text(error));
    const bool was_ready = session_->is_ready();
    session_->receive({wire_->input.data(), count}, now());
    if (!was_ready && session_->is_ready()) wire_->patience.cancel();
    flush();
    if (changed_) changed_();
    if (session_->is_over()) end(session_->why());
  }
}

void Http2Connection::flush() {
  if (over_ || !session_ || !writing_.empty()) return;
  writing_ = session_->take_output();
  if (writing_.empty()) return;
  asio::async_write(wire_->stream, asio::buffer(writing_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      self->writing_.clear();
                      if (error) return self->end("the connection was lost: " + error_text(error));
                      self->flush();
                    });
}

void Http2Connection::ask(Http2Session::Token token, const HttpRequest& request) {
  session_->ask(token, request, now());
  flush();
}

void Http2Connection::forget(Http2Session::Token token) {
  if (!session_ || over_) return;
  session_->forget(token);
  flush();
}

std::vector<Http2Session::Event> Http2Connection::take_events() {
  return session_ ? session_->take_events() : std::vector<Http2Session::Event>{};
}

std::optional<sip::TimePoint> Http2Connection::next_deadline() const {
  return over_ || !session_ ? std::nullopt : session_->next_deadline();
}

void Http2Connection::on_deadline(sip::TimePoint at) {
  if (over_ || !session_) return;
  session_->on_deadline(at);
  flush();
  if (session_->is_over()) end(session_->why());
}

}  // namespace proxy::runtime::push
