#include "proxy/runtime/loop/engine_loop.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

namespace proxy::runtime {
namespace {

/// Room for what a stalled disk holds back; beyond it sends are lost as on a full network.
constexpr std::size_t parked_max = 262'144;

/// Lines that anybody on the network can provoke as fast as it likes.
constexpr std::array<std::string_view, 8> provoked{
    "sip.malformed", "auth.refused",  "auth.failed",   "register.refused",
    "abuse.limited", "abuse.scanner", "push.withheld", "store.failed"};

Instant read_clocks() {
  using std::chrono::milliseconds;
  const auto mono = std::chrono::steady_clock::now().time_since_epoch();
  return {TimePoint{std::chrono::duration_cast<Duration>(mono)},
          std::chrono::floor<milliseconds>(std::chrono::system_clock::now())};
}

}  // namespace

EngineLoop::EngineLoop(boost::asio::io_context& io, Outside& outside, log::Log& log, NewsDesk& news)
    : outside_{outside}, log_{log}, news_{news}, timer_{io}, parking_{parked_max} {}

void EngineLoop::attach(Engine& engine, sip::net::Network& network) {
  engine_ = &engine;
  network_ = &network;
}

void EngineLoop::restore(const record::Snapshot& snapshot) {
  engine_->restore(snapshot, now(), outbox_);
  drain();
}

void EngineLoop::deliver(std::vector<Event>& events) {
  for (auto& event : events) {
    before(event);
    tell(std::move(event));
  }
  drain();
}

/// What was parked leaves before the engine hears of the commit, so that what it sends then comes
/// after: the 200 to a REGISTER before the INVITE behind it.
void EngineLoop::before(const Event& event) {
  if (const auto* committed = std::get_if<Committed>(&event)) {
    release(parking_.commit(committed->seq));
    news_.committed(committed->seq);
  } else if (const auto* failed = std::get_if<StoreFailed>(&event)) {
    parking_.lose(failed->from, failed->to);
    news_.committed(failed->to);
  }
}

const Instant& EngineLoop::now() {
  if (!now_) now_ = read_clocks();
  return *now_;
}

void EngineLoop::tell(Event event) { engine_->on(std::move(event), now(), outbox_); }

void EngineLoop::on_message(const sip::Flow& flow, std::string bytes) {
  tell(MessageReceived{flow, std::move(bytes)});
}
void EngineLoop::on_opened(const sip::Flow& flow, std::vector<std::string> proven) {
  tell(FlowOpened{flow, std::move(proven)});
}
void EngineLoop::on_closed(const sip::Flow& flow) { tell(FlowClosed{flow}); }
void EngineLoop::on_keep_alive(const sip::Flow& flow) { tell(KeepAliveSeen{flow}); }
void EngineLoop::on_send_failed(const sip::Flow& flow, sip::net::Cookie cookie) {
  tell(SendFailed{flow, sip::transaction::ClientId{cookie}});
}
void EngineLoop::on_trouble(const sip::Flow& flow, std::string_view what) {
  const Report report{
      Level::info, "flow.trouble", {{"flow", sip::to_string(flow)}, {"what", std::string{what}}}};
  log_.write_guarded(report, now().wall, what);
}
void EngineLoop::on_batch_end() { drain(); }

void EngineLoop::drain() {
  perform_all();
  if (!refused_.empty()) {
    tell_refused();
    perform_all();
  }
  network_->flush();
  if (!errands_.empty()) outside_.run(std::exchange(errands_, {}));
  if (!replies_.empty()) outside_.answer(std::exchange(replies_, {}));
  log_.flush();
  news_.settle(write_seq_);
  now_.reset();
  arm_timer();
  // What is refused while the engine undoes what was refused comes in a turn of its own, so that a
  // full store cannot keep the thread here.
  if (!refused_.empty()) boost::asio::post(timer_.get_executor(), [this] { drain(); });
}

void EngineLoop::perform_all() {
  outbox_.drain_into(actions_);
  for (auto& action : actions_) std::visit([this](auto& one) { perform(one); }, action);
  submit();
}

void EngineLoop::tell_refused() {
  for (auto& failed : std::exchange(refused_, {})) {
    Event event{std::move(failed)};
    before(event);
    tell(std::move(event));
  }
}

void EngineLoop::perform(Send& send) {
  const auto after = send.after;
  if (parking_.is_free(after))
    release(send);
  else
    park(after, std::move(send));
}

void EngineLoop::perform(Reply& reply) {
  const auto after = reply.after;
  if (parking_.is_free(after))
    release(reply);
  else
    park(after, std::move(reply));
}

void EngineLoop::perform(const CloseFlow& close) { network_->close(close.flow); }
void EngineLoop::perform(Push& push) { errands_.emplace_back(std::move(push)); }
void EngineLoop::perform(const DropPush& drop) { errands_.emplace_back(drop); }
void EngineLoop::perform(Resolve& resolve) { errands_.emplace_back(std::move(resolve)); }
void EngineLoop::perform(const Expect& expect) {
  network_->expect_nobody();
  for (const auto& [peer, name] : expect.names) network_->expect(peer, name);
}

void EngineLoop::perform(const Report& report) {
  if (std::find(provoked.begin(), provoked.end(), report.event) == provoked.end())
    log_.write(report, now().wall);
  else
    log_.write_guarded(report, now().wall);
  const bool is_news = report.level >= Level::warn || report.event.starts_with("ban.");
  if (is_news && news_.is_watched())
    news_.add({now().wall, TroubleNews{report.level, report.event}});
}

void EngineLoop::perform(const Stepped& step) {
  if (news_.is_watched()) news_.add({now().wall, step});
}

void EngineLoop::note(const record::Change& change) {
  const auto add = [this](std::int64_t id, bool removed) {
    news_.add({now().wall, RegistrationNews{id, removed}});
  };
  if (const auto* made = std::get_if<record::Binding>(&change)) add(made->id, false);
  if (const auto* kept = std::get_if<record::BindingRefresh>(&change)) add(kept->id, false);
  const auto* gone = std::get_if<record::Erase>(&change);
  if (gone != nullptr && gone->table == record::Table::binding) add(gone->id, true);
}

void EngineLoop::perform(Write& write) {
  if (write.seq != write_seq_) submit();
  if (news_.is_watched()) note(write.change);
  write_seq_ = write.seq;
  writes_.push_back(std::move(write.change));
}

void EngineLoop::submit() {
  if (writes_.empty()) return;
  if (!outside_.commit(write_seq_, std::exchange(writes_, {})))
    refused_.push_back({write_seq_, write_seq_, "the store's queue is full"});
}

void EngineLoop::park(Seq after, Parking::Item item) {
  if (parking_.park(after, std::move(item))) return;
  perform(Report{Level::error, "store.failed", {{"why", "too much waits for the disk"}}});
}

void EngineLoop::release(Parking::Items items) {
  for (auto& item : items) std::visit([this](auto& one) { release(one); }, item);
}
void EngineLoop::release(const Send& send) {
  network_->send(send.flow, send.bytes, send.client.value);
}
void EngineLoop::release(Reply& reply) { replies_.push_back(std::move(reply)); }

/// One timer for the earliest deadline. One that is armed too early fires for nothing and is armed
/// anew: cheaper than moving it with every message.
void EngineLoop::arm_timer() {
  const auto next = engine_->next_deadline();
  if (!next || (armed_for_ && *armed_for_ <= *next)) return;
  armed_for_ = *next;
  timer_.expires_at(std::chrono::steady_clock::time_point{next->time_since_epoch()});
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    armed_for_.reset();
    engine_->on_deadline(now(), outbox_);
    drain();
  });
}

}  // namespace proxy::runtime
