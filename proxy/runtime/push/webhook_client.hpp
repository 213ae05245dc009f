#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "proxy/runtime/push/http_connection.hpp"
#include "proxy/runtime/push/retry.hpp"
#include "proxy/runtime/push/url.hpp"

namespace proxy::runtime::push {

/// Hands pushes to a webhook over HTTP/1.1 with kept connections. Each push ends in exactly one
/// PushDone. Lives on the thread of its io_context; destroy it only after that has run for the last
/// time.
class WebhookClient {
 public:
  struct Options {
    sip::Duration timeout{std::chrono::seconds{5}};  ///< of one request, connecting included
    std::size_t parallel{8};                         ///< requests at a time
    std::size_t queued{10'000};                      ///< open pushes; more fail with "queue full"
  };
  using Done = std::function<void(PushDone)>;

  WebhookClient(boost::asio::io_context& io, Options options, Done done);
  WebhookClient(const WebhookClient&) = delete;
  WebhookClient& operator=(const WebhookClient&) = delete;

  void push(Push push);
  /// Not asked again, and not asked at all unless the request is already on its way; then its
  /// answer still counts.
  void drop(PushId id);
  /// All open pushes fail with "shutting down".
  void stop();

  std::size_t open() const { return jobs_.size(); }

 private:
  struct Job {
    Push push;
    Target target;
    Clock::time_point deadline;
    std::uint64_t order{0};  ///< key in ready_, by arrival
    Clock::time_point due;   ///< key in timed_, unless a request is under way
    unsigned attempts{0};
    bool asking{false};
    bool on_its_way{false};
    bool unwanted{false};
  };
  using Jobs = std::unordered_map<PushId, Job>;

  boost::asio::awaitable<void> run(PushId id);
  boost::asio::awaitable<Answer> attempt(PushId id);
  boost::asio::awaitable<HttpConnection::Exchange> exchange(PushId id, HttpConnection& connection,
                                                            const Request& request,
                                                            Clock::time_point until);
  void pump();
  void make_ready(Job& job);
  void conclude(PushId id, const Answer& answer);
  void finish(Jobs::iterator job, PushOutcome outcome, std::string reason);
  std::unique_ptr<HttpConnection> take_idle(const Target& target);
  void keep(std::unique_ptr<HttpConnection> connection);
  void set_due(Job& job, Clock::time_point due);
  void arm_timer();
  void on_timer();

  boost::asio::io_context& io_;
  const Options options_;
  Done done_;
  Jobs jobs_;
  std::map<std::uint64_t, PushId> ready_;
  std::set<std::pair<Clock::time_point, PushId>> timed_;
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<HttpConnection>> idle_;
  std::uint64_t next_order_{1};
  std::size_t asking_{0};
  bool stopped_{false};
};

}  // namespace proxy::runtime::push
