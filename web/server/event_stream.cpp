#include "web/server/event_stream.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace web::server {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;

constexpr std::string_view too_many =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 10\r\n"
    "Connection: close\r\n\r\n";

}  // namespace

asio::awaitable<void> stream_events(Wire& wire, asio::steady_timer& pause, EventHub& hub,
                                    api::Watch watch, std::string head,
                                    std::function<bool()> admitted, HttpLimits limits) {
  const Follower follower{hub, [&pause] { pause.cancel(); }};
  error_code error;
  auto place = hub.place_of(watch.last);
  std::string text{too_many};
  if (follower.is_in())
    text = std::move(head) + api::stream_start(hub.id(place.number), place.gap) + hub.read(place);
  for (;;) {
    wire.tcp().expires_after(limits.reply_time);
    error = co_await wire.write(asio::buffer(text));
    if (error || !follower.is_in()) co_return;
    text = hub.read(place);
    if (!text.empty()) continue;
    // The write's deadline must not end the pause between two events.
    wire.tcp().expires_never();
    pause.expires_after(limits.heartbeat);
    co_await pause.async_wait(redirect_error(use_awaitable, error));
    if (!wire.tcp().socket().is_open() || !admitted()) co_return;
    text = hub.read(place);
    if (text.empty()) text = ":\n\n";
  }
}

}  // namespace web::server
