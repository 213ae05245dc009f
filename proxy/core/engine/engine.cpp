#include "proxy/core/engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/engine/abuse_desk.hpp"
#include "proxy/core/engine/admin_desk.hpp"
#include "proxy/core/engine/missed_desk.hpp"
#include "proxy/core/engine/request_router.hpp"
#include "proxy/core/engine/trunk_desk.hpp"
#include "sipstack/message/check.hpp"

namespace proxy {

namespace {

constexpr std::string_view secret_key = "signing_key";
constexpr std::string_view nonces_key = "nonce_counts";  // empty but between two lives

std::string new_secret(sip::IdSource& ids) {
  std::string out;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t bits = ids.next();
    for (unsigned b = 0; b < 8; ++b) out += static_cast<char>((bits >> (8 * b)) & 255);
  }
  return out;
}

}  // namespace

/// The desks, and the one table that says which event is whose.
class Engine::Impl {
 public:
  Impl(std::shared_ptr<const Settings> settings, sip::IdSource& ids)
      : core{std::move(settings), ids},
        calls{core, book},
        late{core, book, calls},
        missed{core, book},
        wakes{core, book},
        rings{core, wakes},
        dialogs{core, wakes},
        registrations{core},
        trunks{core},
        admin{core, book, calls, wakes, rings, trunks},
        abuse{core, book},
        keep_alives{core},
        router{core,  book,  abuse,   calls,         late,       missed,
               wakes, rings, dialogs, registrations, keep_alives} {}

  void restore(const record::Snapshot& snapshot) {
    for (const auto& setting : snapshot.settings)
      if (setting.key == secret_key) core.secret = setting.value;
    if (core.secret.size() != 32) {
      core.secret = new_secret(core.ids);
      core.write(record::Setting{std::string{secret_key}, core.secret});
    }
    core.gate.emplace(core.secret, core.now, core.settings->auth.nonce_lifetime);
    for (const auto& setting : snapshot.settings) {
      if (setting.key != nonces_key || setting.value.empty()) continue;
      core.gate->take_up_nonces(setting.value, core.now);
      core.write(record::Setting{setting.key, {}});  // what is counted from now on is not in it
    }
    core.guard.emplace(core.settings->limits, core.ids.next());
    abuse.restore(snapshot);
    core.directory.load(snapshot, core.now);
    admin.restore(snapshot);
    core.trunks.restore(snapshot);
    keep_alives.restore(snapshot);
    core.groups.restore(snapshot);
    registrations.restore(snapshot);
    calls.restore(snapshot);
    wakes.restore(snapshot);
    core.configure_hops();
  }

  void on(MessageReceived&& e) {
    ++core.counters.messages_in;
    auto* own = core.directory.touch(e.flow, core.now.mono);
    if (!abuse.admits(e.flow, own, e.bytes)) return;
    auto message = Message::parse(std::move(e.bytes), core.settings->limits);
    if (!message) {
      ++core.counters.malformed;
      return core.report(Level::info, "sip.malformed",
                         {{"flow", sip::to_string(e.flow)},
                          {"reason", std::string{to_string(message.error().code)}}});
    }
    if (message->is_request()) return router.route(std::move(*message), e.flow);
    response(*message);
  }
  void on(FlowOpened&& e) { core.opened(e); }
  void on(FlowClosed&& e) {
    core.closed(e.flow);
    core.aliases.forget(e.flow);
    core.directory.close_flow(e.flow);
    core.transactions.on_flow_closed(e.flow, core.now.mono, core.layer_out);
    core.flush();
  }
  void on(KeepAliveSeen&& e) {
    core.directory.touch(e.flow, core.now.mono);
    for (const auto device : core.directory.on_flow(e.flow)) router.device_came(device, false);
  }
  void on(SendFailed&& e) {
    if (!e.client) return;
    core.transactions.on_send_failed(e.client, core.now.mono, core.layer_out);
    core.flush();
  }
  void on(Committed&& e) {
    core.committed = e.seq;
    core.kept.on_committed(e.seq);
    registrations.on_committed(e.seq);
    admin.on_committed(e.seq);
    calls.on_committed(e.seq);
    missed.on_committed(e.seq);
  }
  void on(StoreFailed&& e) {
    core.report(Level::error, "store.failed", {{"why", e.why}});
    core.committed = e.to;  // repetitions may leave: a full disk does not stop ringing
    core.kept.on_store_failed(e.from, e.to, core.now.mono);
    registrations.on_store_failed(e.from, e.to);
    admin.on_store_failed(e.from, e.to);
    calls.on_store_failed(e.from, e.to);
    late.on_store_failed(e.from, e.to);
    missed.on_store_failed(e.from, e.to);
  }
  void on(PushDone&& e) {
    if (missed.on_push(e)) return;
    const auto woken = wakes.on_push(e);
    if (!woken) return calls.on_push(e);
    rings.on_push(*woken, e);
  }
  void on(AdminRequest&& e) { admin.handle(e); }
  void on(QueryRequest&& e) { admin.handle(e); }
  void on(Resolved&& e) { core.hops.on_resolved(e, core.now.mono); }
  void on(SettingsChanged&& e) { core.take_settings(std::move(e.settings)); }
  void on(Shutdown&&) {
    core.stopping = true;
    auto counts = core.gate->kept_nonces(core.now);
    if (!counts.empty()) core.write(record::Setting{std::string{nonces_key}, std::move(counts)});
  }

  void response(const Message& message) {
    ++core.counters.responses;
    const Core::AtHand at_hand{core, message};
    if (!sip::check_response(message)) {
      ++core.counters.dropped;
      return;
    }
    const auto client = core.transactions.on_response(message, core.now.mono, core.layer_out);
    core.flush();
    if (!client) return;
    if (calls.on_response(*client, message) || late.on_response(*client, message)) return;
    if (missed.on_response(*client, message) || rings.on_response(*client, message)) return;
    if (trunks.on_response(*client, message)) return;
    dialogs.on_response(*client, message);
  }

  void run_deadlines() {
    for (auto& change : core.kept.take_due(core.now.mono)) core.keep(std::move(change));
    core.transactions.on_deadline(core.now.mono, core.layer_out);
    core.flush_repeats();
    notices();
    registrations.on_deadline();
    calls.on_deadline();
    tell_untold();
    late.on_deadline();
    missed.on_deadline();
    wakes.on_deadline();
    rings.on_deadline();
    dialogs.on_deadline();
    abuse.on_deadline();
    trunks.on_deadline();
    keep_alives.on_deadline();
    core.hops.on_deadline(core.now.mono);
  }

  /// The PBX may be elsewhere now: who is trusted follows, and who waited for it goes on.
  void follow_hops() {
    if (core.hops.take_news()) {
      core.know_pbx();
      core.know_trunks();
      trunks.follow();
      calls.on_hops_known();
      dialogs.on_hops_known();
    }
    for (auto& question : core.hops.take_questions()) core.put(std::move(question));
  }

  /// What came of the step: calls learn of devices that are gone, and of their transactions' ends.
  void finish_step() {
    for (const auto device : std::exchange(core.went, {})) {
      calls.device_went(device);
      missed.device_went(device);
    }
    follow_hops();
    notices();
    missed.collect();
  }

  void tell_untold() {
    for (const auto device : calls.take_untold()) late.device_came(device, false);
  }

  /// What the transactions have to tell; handling one may bring more.
  void notices() {
    for (std::size_t i = 0; i < core.layer_out.notices.size(); ++i) {
      const auto notice = core.layer_out.notices[i];
      std::visit([this](const auto& n) { tell(n); }, notice);
      tell_untold();
    }
    core.layer_out.notices.clear();
  }
  void tell(const sip::transaction::ClientTimedOut& n) { lost(n.id, true); }
  void tell(const sip::transaction::ClientFailed& n) { lost(n.id, false); }
  void tell(const sip::transaction::ServerFailed&) {}
  void tell(const sip::transaction::ServerEnded& n) {
    calls.on_server_ended(n.id);
    dialogs.on_server_ended(n.id);
  }
  void tell(const sip::transaction::ClientEnded& n) {
    calls.on_client_ended(n.id);
    late.on_client_ended(n.id);
    rings.on_client_ended(n.id);
    dialogs.on_client_ended(n.id);
  }
  void lost(sip::transaction::ClientId id, bool timed_out) {
    if (calls.on_client_lost(id, timed_out) || late.on_client_lost(id)) return;
    if (missed.on_client_lost(id) || rings.on_client_lost(id)) return;
    if (trunks.on_client_lost(id)) return;
    dialogs.on_client_lost(id, timed_out);
  }

  Core core;
  CallBook book;
  CallDesk calls;
  LateDesk late;
  MissedDesk missed;
  WakeDesk wakes;
  RingDesk rings;
  DialogDesk dialogs;
  RegistrationDesk registrations;
  TrunkDesk trunks;
  AdminDesk admin;
  AbuseDesk abuse;
  KeepAliveDesk keep_alives;
  RequestRouter router;
};

Engine::Engine(std::shared_ptr<const Settings> settings, sip::IdSource& ids)
    : impl_{std::make_unique<Impl>(std::move(settings), ids)} {}
Engine::~Engine() = default;

void Engine::restore(const record::Snapshot& snapshot, Instant now, Outbox<Action>& out) {
  impl_->core.begin(now, out);
  impl_->restore(snapshot);
  impl_->finish_step();
}

void Engine::on(Event event, Instant now, Outbox<Action>& out) {
  impl_->core.begin(now, out);
  std::visit([this](auto& e) { impl_->on(std::move(e)); }, event);
  impl_->finish_step();
}

void Engine::on_deadline(Instant now, Outbox<Action>& out) {
  impl_->core.begin(now, out);
  impl_->run_deadlines();
  impl_->finish_step();
}

std::optional<TimePoint> Engine::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& at :
       {impl_->core.transactions.next_deadline(), impl_->calls.next_deadline(),
        impl_->late.next_deadline(), impl_->missed.next_deadline(),
        impl_->registrations.next_deadline(), impl_->core.kept.next_deadline(),
        impl_->dialogs.next_deadline(), impl_->wakes.next_deadline(), impl_->rings.next_deadline(),
        impl_->abuse.next_deadline(), impl_->core.hops.next_deadline(),
        impl_->trunks.next_deadline(), impl_->keep_alives.next_deadline()})
    if (at && (!next || *at < *next)) next = at;
  return next;
}

view::Counters Engine::counters() const { return impl_->admin.counters(); }

Reach Engine::reach() const {
  return {impl_->core.leg_uses, impl_->core.attempt_uses, impl_->core.transactions};
}

}  // namespace proxy
