#pragma once
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "proxy/core/engine/event.hpp"

namespace proxy::runtime {

/// Events for the engine from other threads. However many come in a burst, the engine's thread is
/// woken once and takes them together.
class Mailbox {
 public:
  using Deliver = std::function<void(std::vector<Event>&)>;

  /// `deliver` is called on the thread of `io`. At most `limit` offered events wait.
  Mailbox(boost::asio::io_context& io, std::size_t limit, Deliver deliver);

  /// For answers to what the engine asked for (commits, pushes): always taken, bounded by what was
  /// asked.
  void post(Event event);
  /// For requests from outside. False: too many wait.
  bool offer(Event event);

 private:
  void put(Event event);
  void take();

  boost::asio::io_context& io_;
  const std::size_t limit_;
  const Deliver deliver_;
  std::mutex mutex_;
  std::vector<Event> waiting_;
  std::vector<Event> taken_;
  std::size_t offered_{0};
};

}  // namespace proxy::runtime
