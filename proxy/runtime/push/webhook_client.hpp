#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proxy/core/settings/push_settings.hpp"
#include "proxy/runtime/push/breaker.hpp"
#include "proxy/runtime/push/gateway.hpp"
#include "proxy/runtime/push/health_book.hpp"
#include "proxy/runtime/push/http_connection.hpp"
#include "proxy/runtime/push/retry.hpp"
#include "proxy/runtime/push/url.hpp"

namespace proxy::runtime::push {

/// Hands pushes to a webhook over HTTP/1.1 with kept connections: to the push's own URL, and to the
/// fallbacks in turn when that one cannot be reached, answers 5xx, or has failed too often.
class WebhookClient final : public Gateway {
 public:
  struct Options {
    sip::Duration timeout{std::chrono::seconds{5}};  ///< of one request, connecting included
    std::size_t parallel{8};                         ///< requests at a time
    std::size_t queued{10'000};                      ///< open pushes; more fail with "queue full"
    std::vector<Target> fallback{};
    std::shared_ptr<SSL_CTX> tls{};  ///< for https; null: there is none
    std::optional<Target> proxy{};   ///< asked for a tunnel (CONNECT)
    std::string name{};              ///< for the health: where it leads
  };

  WebhookClient(boost::asio::io_context& io, Options options, Done done,
                HealthBook::Changed changed = {});

  void push(Push push) override;
  void drop(PushId id) override;
  void stop() override;
  std::vector<view::Provider> health() const override { return {health_.facts()}; }

  std::size_t open() const { return jobs_.size(); }

 private:
  struct Job {
    Push push;
    Target target;
    std::size_t at{0};     ///< 0: the push's own URL, n: the n-th fallback
    std::size_t tried{0};  ///< URLs since it was last asked again
    Clock::time_point asked;
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
  const Target& target_of(const Job& job) const;
  Breaker& breaker_of(const Target& target);
  bool choose(Job& job);
  Clock::time_point rests_until(const Job& job);
  void judge_health(const Answer& answer);
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
  HealthBook health_;
  std::map<std::string, Breaker> breakers_;  ///< by host and port
  Jobs jobs_;
  std::map<std::uint64_t, PushId> ready_;
  std::set<std::pair<Clock::time_point, PushId>> timed_;
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<HttpConnection>> idle_;
  std::uint64_t next_order_{1};
  std::size_t asking_{0};
  bool stopped_{false};
};

/// Reads the CA file. Throws std::runtime_error when a URL or file cannot be used.
WebhookClient::Options webhook_options(const WebhookSettings& settings);

}  // namespace proxy::runtime::push
