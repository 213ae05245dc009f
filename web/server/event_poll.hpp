#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "web/api/plan.hpp"
#include "web/server/backend.hpp"

namespace web::server {

/// The stream of events for who can only ask and be answered: one part of it at a time, from where
/// the part before ended. On the thread of its io_context only.
class EventPoll : public std::enable_shared_from_this<EventPoll> {
 public:
  using Done = std::function<void(std::string)>;

  EventPoll(boost::asio::io_context& io, std::shared_ptr<Backend> backend,
            std::chrono::milliseconds patience = std::chrono::seconds{10})
      : io_{io}, backend_{std::move(backend)}, patience_{patience} {}

  /// Answers at once with the beginning when no id is named or something was missed, else when
  /// there is more, at the latest after the patience: then the part has no event.
  void ask(const api::Watch& watch, Done done);
  /// Who waits is answered now.
  void stop();

 private:
  boost::asio::awaitable<void> run(std::shared_ptr<EventPoll> self, api::Watch watch, Done done);

  boost::asio::io_context& io_;
  std::shared_ptr<Backend> backend_;
  const std::chrono::milliseconds patience_;
  std::set<boost::asio::steady_timer*> waiting_;
  bool stopped_{false};
};

}  // namespace web::server
