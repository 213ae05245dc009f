#include "web/server/event_hub.hpp"

namespace web::server {
namespace {

constexpr std::chrono::minutes return_within{2};

}  // namespace

void EventHub::publish(const api::Happening& happening) {
  kept_.push_back({happening.type, happening.data});
  if (kept_.size() > most_kept) kept_.pop_front();
  ++last_;
  for (const auto& [id, wake] : followers_) wake();
}

void EventHub::skip() {
  kept_.clear();
  ++last_;
}

EventHub::Place EventHub::place_of(const std::optional<api::EventId>& last) const {
  if (!last) return {last_, false};
  const auto oldest = last_ - kept_.size();
  const bool known = last->process == process_ && last->number >= oldest && last->number <= last_;
  return known ? Place{last->number, false} : Place{last_, true};
}

std::string EventHub::read(Place& place) const {
  const auto oldest = last_ - kept_.size();
  std::string text;
  if (place.number < oldest) {
    place = {last_, true};
    return api::event_text(id(last_), "reset", "{}");
  }
  for (; place.number < last_; ++place.number) {
    const auto& event = kept_[place.number - oldest];
    text += api::event_text(id(place.number + 1), event.type, event.data);
  }
  return text;
}

std::optional<std::uint64_t> EventHub::follow(std::function<void()> wake) {
  if (followers_.size() >= most_followers) return std::nullopt;
  followers_.emplace(++last_follower_, std::move(wake));
  return last_follower_;
}

void EventHub::leave(std::uint64_t follower, Clock::time_point now) {
  followers_.erase(follower);
  left_ = now;
}

bool EventHub::is_forgotten(Clock::time_point now) const {
  return followers_.empty() && now - left_ >= return_within;
}

}  // namespace web::server
