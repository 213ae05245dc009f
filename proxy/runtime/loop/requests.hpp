#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "proxy/core/engine/event.hpp"
#include "proxy/core/view/view.hpp"

namespace proxy::runtime {

/// Questions and changes on their way to the engine and back. Each callback runs exactly once: with
/// the engine's answer, or refused with 503 when the engine is too busy, too slow or ending.
class Requests {
 public:
  using Callback = std::function<void(view::Answer)>;
  using Offer = std::function<bool(Event)>;  ///< false: the engine's queue is full

  /// Callbacks run on the thread of `edge`.
  Requests(boost::asio::io_context& edge, std::chrono::milliseconds patience, Offer offer);

  /// From any thread.
  void ask(view::Query query, Callback done);
  void change(Change change, Callback done, Actor actor = {});
  /// On the edge thread. An answer nobody waits for any more is ignored.
  void answer(std::vector<Reply> replies);
  /// Once the edge thread has ended: refuses what is open, and from now on everything at once, on
  /// the caller's thread.
  void close();

 private:
  using Question = std::variant<view::Query, Change>;
  struct Arrival {
    Question question;
    Callback done;
    Actor actor{};
  };
  using Clock = std::chrono::steady_clock;

  void arrive(Arrival arrival);
  void take();
  void begin(Arrival arrival);
  void finish(RequestId id, view::Answer answer);
  void arm_timer();
  void on_timer();

  boost::asio::io_context& edge_;
  const std::chrono::milliseconds patience_;
  const Offer offer_;

  std::mutex mutex_;
  std::vector<Arrival> arrivals_;
  bool closed_{false};

  // The rest belongs to the edge thread.
  std::unordered_map<RequestId, Callback> open_;
  std::deque<std::pair<Clock::time_point, RequestId>> deadlines_;
  boost::asio::steady_timer timer_;
  bool armed_{false};
  std::uint64_t last_id_{0};
};

}  // namespace proxy::runtime
