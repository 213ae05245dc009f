#include "web/server/event_poll.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace web::server {

namespace asio = boost::asio;

void EventPoll::ask(const api::Watch& watch, Done done) {
  asio::co_spawn(io_, run(shared_from_this(), watch, std::move(done)),
                 [](const std::exception_ptr& bug) {
                   if (bug) std::rethrow_exception(bug);
                 });
}

void EventPoll::stop() {
  stopped_ = true;
  for (auto* pause : waiting_) pause->cancel();
}

asio::awaitable<void> EventPoll::run(std::shared_ptr<EventPoll> self, api::Watch watch, Done done) {
  auto& hub = self->backend_->events();
  asio::steady_timer pause{io_, patience_};
  const Follower follower{hub, [&pause] { pause.cancel(); }};
  auto place = hub.place_of(watch.last);
  const bool begins = !watch.last || place.gap;
  std::string text = begins ? api::stream_start(hub.id(place.number), place.gap) : std::string{};
  text += hub.read(place);
  if (text.empty() && !stopped_ && follower.is_in()) {
    boost::system::error_code ignored;
    waiting_.insert(&pause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    waiting_.erase(&pause);
    text = hub.read(place);
  }
  done(std::move(text));
}

}  // namespace web::server
