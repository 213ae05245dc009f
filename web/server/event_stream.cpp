#include "web/server/event_stream.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace web::server {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;

/// A follower of the hub as long as it lives.
class Follower {
 public:
  Follower(EventHub& hub, std::function<void()> wake)
      : hub_(hub), id_(hub.follow(std::move(wake))) {}
  Follower(Follower&&) = delete;
  ~Follower() {
    if (id_) hub_.leave(*id_, EventHub::Clock::now());
  }
  bool is_in() const { return id_.has_value(); }

 private:
  EventHub& hub_;
  std::optional<std::uint64_t> id_;
};

constexpr std::string_view too_many =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 10\r\n"
    "Connection: close\r\n\r\n";

}  // namespace

asio::awaitable<void> stream_events(boost::beast::tcp_stream& stream, asio::steady_timer& pause,
                                    EventHub& hub, api::Watch watch, std::string head,
                                    std::function<bool()> admitted, HttpLimits limits) {
  const Follower follower{hub, [&pause] { pause.cancel(); }};
  error_code error;
  auto place = hub.place_of(watch.last);
  std::string text{too_many};
  if (follower.is_in())
    text = std::move(head) + api::stream_start(hub.id(place.number), place.gap) + hub.read(place);
  for (;;) {
    stream.expires_after(limits.reply_time);
    co_await asio::async_write(stream, asio::buffer(text), redirect_error(use_awaitable, error));
    if (error || !follower.is_in()) co_return;
    text = hub.read(place);
    if (!text.empty()) continue;
    // The write's deadline must not end the pause between two events.
    stream.expires_never();
    pause.expires_after(limits.heartbeat);
    co_await pause.async_wait(redirect_error(use_awaitable, error));
    if (!stream.socket().is_open() || !admitted()) co_return;
    text = hub.read(place);
    if (text.empty()) text = ":\n\n";
  }
}

}  // namespace web::server
