#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "proxy/runtime/push/gateway.hpp"
#include "proxy/runtime/push/health_book.hpp"
#include "proxy/runtime/push/http2_client.hpp"

namespace proxy::runtime::push {

sip::WallTime wall_now();

/// What the gateways of the big services share: open pushes, their deadlines, their waiting between
/// requests. What is asked and what an answer means is the service's own.
class ServiceGateway : public Gateway {
 public:
  ServiceGateway(boost::asio::io_context& io, Done done);

  void push(Push push) final;
  void drop(PushId id) final;
  void stop() override;

 protected:
  static constexpr std::size_t no_account = static_cast<std::size_t>(-1);

  /// One push until it ends.
  struct Job {
    Push push;
    Clock::time_point asked;
    Clock::time_point deadline;
    Clock::time_point due;            ///< key in timed_
    std::size_t account{no_account};  ///< which key or project
    std::string id;                   ///< APNs: the apns-id; FCM: the access token it went with
    unsigned attempts{0};             ///< answers that asked for another
    bool fresh{false};                ///< the next request wants a new connection
    bool on_its_way{false};
    bool unwanted{false};
    bool waiting{false};  ///< between two requests
    bool credentials_renewed{false};
    bool slimmed{false};
    bool switched{false};  ///< APNs: the other environment has been tried
    bool sandbox{false};   ///< APNs: where it is asked now
    Http2Client* client{nullptr};
    Http2Client::Ticket ticket{0};
  };
  /// What follows from an answer.
  struct Next {
    std::optional<PushOutcome> outcome{};  ///< nothing: ask again
    std::string reason{};
    Clock::duration wait{};  ///< before asking again
    bool fresh{false};       ///< over a new connection
    std::optional<sip::WallTime> dead_since{};
    std::optional<bool> sandbox{};
  };

  /// Fills in what the service needs to know. A text: why it cannot be asked at all.
  virtual std::string prepare(Job& job) = 0;
  /// Sends with send(), now or when it can, or ends the push with conclude().
  virtual void ask(Job& job) = 0;
  virtual Next judge(Job& job, const HttpAnswer& answer) = 0;
  virtual HealthBook& health_of(const Job& job) = 0;

  void send(Job& job, Http2Client& client, HttpRequest request);
  void conclude(PushId id, Next next);
  Job* find(PushId id);
  /// After the n-th answer of trouble: at once on a new connection, then 0.5, 1, 2 s.
  static Next again(Job& job, std::string reason, const std::string& retry_after = {});

  boost::asio::io_context& io_;

 private:
  using Jobs = std::unordered_map<PushId, Job>;

  void answered(PushId id, const HttpAnswer& answer);
  void finish(Jobs::iterator job, Next next);
  void set_due(Job& job, Clock::time_point due);
  void arm_timer();
  void on_timer();

  Done done_;
  Jobs jobs_;
  std::set<std::pair<Clock::time_point, PushId>> timed_;
  boost::asio::steady_timer timer_;
  bool stopped_{false};
};

}  // namespace proxy::runtime::push
