#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proxy/core/engine/engine.hpp"
#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/loop/news.hpp"
#include "proxy/runtime/loop/parking.hpp"
#include "sipstack/net/network.hpp"

namespace proxy::runtime {

/// What the engine's actions need beside the network.
class Outside {
 public:
  using Errand = std::variant<Push, DropPush, Resolve>;

  virtual ~Outside() = default;
  /// False: the batch is lost.
  virtual bool commit(Seq seq, std::vector<record::Change> changes) = 0;
  virtual void run(std::vector<Errand> errands) = 0;
  virtual void answer(std::vector<Reply> replies) = 0;
};

/// Feeds the engine with what happens and does what it asks for: one batch in, one drain out. All
/// on the thread of one io_context; destroy it only after that has run for the last time.
class EngineLoop : public sip::net::Receiver {
 public:
  EngineLoop(boost::asio::io_context& io, Outside& outside, log::Log& log, NewsDesk& news);

  /// Both are there before anything happens, and as long as anything does.
  void attach(Engine& engine, sip::net::Network& network);
  void restore(const record::Snapshot& snapshot);
  /// Events from other threads, as one batch.
  void deliver(std::vector<Event>& events);

  void on_message(const sip::Flow& flow, std::string bytes) override;
  void on_opened(const sip::Flow& flow, std::vector<std::string> proven) override;
  void on_closed(const sip::Flow& flow) override;
  void on_keep_alive(const sip::Flow& flow) override;
  void on_send_failed(const sip::Flow& flow, sip::net::Cookie cookie) override;
  void on_trouble(const sip::Flow& flow, std::string_view what) override;
  void on_batch_end() override;

 private:
  void tell(Event event);
  void before(const Event& event);
  const Instant& now();
  void drain();
  void perform_all();
  void tell_refused();
  void perform(Send& send);
  void perform(const CloseFlow& close);
  void perform(Write& write);
  void perform(Push& push);
  void perform(const DropPush& drop);
  void perform(Resolve& resolve);
  void perform(const Expect& expect);
  void perform(Reply& reply);
  void perform(const Report& report);
  void perform(const Stepped& step);
  void note(const record::Change& change);
  void park(Seq after, Parking::Item item);
  void release(Parking::Items items);
  void release(const Send& send);
  void release(Reply& reply);
  void submit();
  void arm_timer();

  Outside& outside_;
  log::Log& log_;
  NewsDesk& news_;
  Engine* engine_{nullptr};
  sip::net::Network* network_{nullptr};
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> armed_for_;

  std::optional<Instant> now_;  ///< read once a batch
  Outbox<Action> outbox_;
  std::vector<Action> actions_;
  Parking parking_;
  Seq write_seq_{0};
  std::vector<record::Change> writes_;
  std::vector<StoreFailed> refused_;  ///< batches the store did not take
  std::vector<Outside::Errand> errands_;
  std::vector<Reply> replies_;
};

}  // namespace proxy::runtime
