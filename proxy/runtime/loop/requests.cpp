#include "proxy/runtime/loop/requests.hpp"

#include <boost/asio/post.hpp>
#include <string>

namespace proxy::runtime {
namespace {

view::Answer busy(std::string why) { return view::Refused{503, "", std::move(why)}; }

}  // namespace

Requests::Requests(boost::asio::io_context& edge, std::chrono::milliseconds patience, Offer offer)
    : edge_{edge}, patience_{patience}, offer_{std::move(offer)}, timer_{edge} {}

void Requests::ask(view::Query query, Callback done) {
  arrive({std::move(query), std::move(done)});
}

void Requests::change(Change change, Callback done, Actor actor) {
  arrive({std::move(change), std::move(done), std::move(actor)});
}

void Requests::arrive(Arrival arrival) {
  {
    const std::scoped_lock lock{mutex_};
    if (!closed_) {
      arrivals_.push_back(std::move(arrival));
      if (arrivals_.size() == 1) boost::asio::post(edge_, [this] { take(); });
      return;
    }
  }
  arrival.done(busy("shutting down"));
}

void Requests::take() {
  std::vector<Arrival> arrivals;
  {
    const std::scoped_lock lock{mutex_};
    arrivals.swap(arrivals_);
  }
  for (auto& arrival : arrivals) begin(std::move(arrival));
  arm_timer();
}

void Requests::begin(Arrival arrival) {
  const RequestId id{++last_id_};
  Event event;
  if (auto* query = std::get_if<view::Query>(&arrival.question))
    event = QueryRequest{id, *query};
  else
    event =
        AdminRequest{id, std::move(std::get<Change>(arrival.question)), std::move(arrival.actor)};
  // In the table first: the answer may be there before offer() returns.
  open_.emplace(id, std::move(arrival.done));
  deadlines_.emplace_back(Clock::now() + patience_, id);
  if (!offer_(std::move(event))) finish(id, busy("too busy"));
}

void Requests::answer(std::vector<Reply> replies) {
  for (auto& reply : replies) finish(reply.id, std::move(reply.answer));
}

void Requests::finish(RequestId id, view::Answer answer) {
  const auto at = open_.find(id);
  if (at == open_.end()) return;
  const auto done = std::move(at->second);
  open_.erase(at);
  done(std::move(answer));
}

// All wait equally long, so the oldest is always due first.
void Requests::arm_timer() {
  while (!deadlines_.empty() && !open_.contains(deadlines_.front().second)) deadlines_.pop_front();
  if (armed_ || deadlines_.empty()) return;
  armed_ = true;
  timer_.expires_at(deadlines_.front().first);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    armed_ = false;
    if (!cancelled) on_timer();
  });
}

void Requests::on_timer() {
  const auto now = Clock::now();
  while (!deadlines_.empty() && deadlines_.front().first <= now) {
    const auto id = deadlines_.front().second;
    deadlines_.pop_front();
    finish(id, busy("timeout"));
  }
  arm_timer();
}

void Requests::close() {
  std::vector<Arrival> arrivals;
  {
    const std::scoped_lock lock{mutex_};
    closed_ = true;
    arrivals.swap(arrivals_);
  }
  for (const auto& arrival : arrivals) arrival.done(busy("shutting down"));
  while (!open_.empty()) finish(open_.begin()->first, busy("shutting down"));
}

}  // namespace proxy::runtime
