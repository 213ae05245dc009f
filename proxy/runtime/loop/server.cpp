#include "proxy/runtime/loop/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "proxy/core/engine/engine.hpp"
#include "proxy/runtime/capture/sender.hpp"
#include "proxy/runtime/loop/engine_loop.hpp"
#include "proxy/runtime/loop/host.hpp"
#include "proxy/runtime/loop/ids.hpp"
#include "proxy/runtime/loop/mailbox.hpp"
#include "proxy/runtime/loop/network_settings.hpp"
#include "proxy/runtime/loop/requests.hpp"
#include "proxy/runtime/loop/storage.hpp"
#include "proxy/runtime/push/gateways.hpp"
#include "proxy/runtime/push/web_push_gateway.hpp"
#include "proxy/runtime/resolve/resolver.hpp"
#include "proxy/runtime/tls/files.hpp"
#include "proxy/runtime/tls/keeper.hpp"

namespace proxy::runtime {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

constexpr std::chrono::seconds request_patience{5};
constexpr std::size_t spare_descriptors = 1'024;

/// The usual limit of 1,024 open files is far below what phones on TCP need.
void raise_descriptor_limit(const sip::Limits& limits, log::Log& log) {
  rlimit now{};
  if (::getrlimit(RLIMIT_NOFILE, &now) != 0) return;
  const rlim_t wanted = limits.connections + spare_descriptors;
  if (now.rlim_cur >= wanted) return;
  now.rlim_cur = std::min(wanted, now.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &now);
  if (now.rlim_cur < wanted)
    log.warn("start.few_descriptors",
             {{"allowed", std::to_string(now.rlim_cur)}, {"wanted", std::to_string(wanted)}});
}

}  // namespace

/// Wires the parts together: what happens on which thread is decided here and nowhere else.
class Server::Impl : public Outside {
 public:
  Impl(Settings wanted, std::shared_ptr<log::Log> log)
      : log_{std::move(log)},
        storage_{wanted, [this](Event event) { mailbox_.post(std::move(event)); }},
        news_{edge_io_},
        loop_{engine_io_, *this, *log_, news_},
        mailbox_{engine_io_, wanted.limits.event_queue,
                 [this](std::vector<Event>& events) { loop_.deliver(events); }},
        requests_{edge_io_, request_patience,
                  [this](Event event) { return mailbox_.offer(std::move(event)); }} {
    open_gateways(wanted);
    raise_descriptor_limit(wanted.limits, *log_);
    bind(wanted);
    open_resolver(wanted);
    settings_ = std::make_shared<const Settings>(std::move(wanted));
    engine_.emplace(settings_, ids_);
    loop_.attach(*engine_, *network_);
    storage_.start();
  }
  Impl(Impl&&) = delete;

  void start();
  void stop();

  bool commit(Seq seq, std::vector<record::Change> changes) override {
    return storage_.submit(seq, std::move(changes));
  }
  void run(std::vector<Errand> errands) override;
  void answer(std::vector<Reply> replies) override {
    asio::post(edge_io_, [this, moved = std::move(replies)]() mutable {
      requests_.answer(std::move(moved));
    });
  }

  const Settings& settings() const { return *settings_; }
  Requests& requests() { return requests_; }
  NewsDesk& news() { return news_; }
  asio::io_context& edge() { return edge_io_; }
  void reload_certificates() {
    if (certificates_) asio::post(edge_io_, [this] { certificates_->reload(tls::wall_now()); });
  }
  std::vector<sip::net::CertificateFacts> certificates() const {
    if (!certificates_) return {};
    return certificates_->context()->certificates();
  }
  tls::Keeper::Context tls_context() const {
    return certificates_ ? certificates_->context() : nullptr;
  }
  std::vector<view::Provider> providers() const { return gateways_->health(); }
  view::Captured captured() const { return capture_ ? capture_->counters() : view::Captured{}; }
  std::string database_path() const { return storage_.path(); }
  std::int64_t uptime_s() const {
    return std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begun_).count();
  }

 private:
  void read_certificates(const Settings& wanted, const Host& host);
  void bind(Settings& wanted);
  void open_gateways(Settings& wanted);
  void open_resolver(const Settings& wanted);
  void open_capture(const Settings& wanted, const Host& host);
  void finish_engine();
  /// Waits until the engine's thread has done all it was given before.
  template <class Work>
  void on_engine_thread(Work work);

  const Clock::time_point begun_{Clock::now()};
  std::shared_ptr<log::Log> log_;
  asio::io_context engine_io_{1};
  asio::io_context edge_io_{1};
  SystemIds ids_;
  // The store's thread posts into the mailbox, so storage_ is stopped before anything goes.
  Storage storage_;
  NewsDesk news_;
  EngineLoop loop_;
  Mailbox mailbox_;
  Requests requests_;
  std::optional<push::Gateways> gateways_;
  std::optional<resolve::Resolver> resolver_;  ///< trunks may come that are known by name
  std::optional<tls::Keeper> certificates_;
  std::optional<capture::Sender> capture_;  ///< looks on at the network
  std::optional<sip::net::Network> network_;
  std::shared_ptr<const Settings> settings_;
  std::optional<Engine> engine_;
  std::optional<WorkGuard> engine_work_;
  std::optional<WorkGuard> edge_work_;
  std::thread engine_thread_;
  std::thread edge_thread_;
  std::atomic<bool> stopped_{false};
};

void Server::Impl::read_certificates(const Settings& wanted, const Host& host) {
  if (!tls::is_needed(wanted)) return;
  try {
    certificates_.emplace(wanted, tls::own_names(certificate_names(wanted, host)), *log_,
                          tls::wall_now());
  } catch (const sip::net::TlsError& error) {
    throw StartError{error.what()};
  }
  certificates_->on_renewed([this](tls::Keeper::Context context) {
    asio::post(engine_io_, [this, moved = std::move(context)]() mutable {
      network_->renew_tls(std::move(moved));
      log_->info("tls.renewed");
    });
  });
}

/// Binds, and completes the settings with what only the bound sockets and the host can tell.
void Server::Impl::bind(Settings& wanted) {
  const auto host = look_at_host();
  read_certificates(wanted, host);
  try {
    const auto context = certificates_ ? certificates_->context() : nullptr;
    network_.emplace(engine_io_, network_settings(wanted, context), loop_);
  } catch (const sip::net::BindError& error) {
    throw StartError{error.what()};
  }
  for (const auto& skipped : network_->skipped()) log_->warn("listen.skipped", {{"what", skipped}});
  if (wanted.listeners.empty())
    for (const auto& bound : network_->bound())
      wanted.listeners.push_back({bound.transport, bound.endpoint, std::nullopt});
  expect_pbx(wanted, *network_);
  open_capture(wanted, host);
  wanted.locals = find_locals(wanted.listeners, network_->bound(), host);
  if (wanted.domains.empty()) wanted.domains = {storage_.home_domain(default_domain(host))};
  wanted.aliases = find_aliases(wanted, host);
  for (const auto& local : wanted.locals)
    log_->info("listen.bound", {{"transport", std::string{sip::to_string(local.transport)}},
                                {"address", local.bound.to_string()},
                                {"reached_at", local.host + ':' + std::to_string(local.port)}});
}

/// Completes the settings with the key that browsers are told.
void Server::Impl::open_gateways(Settings& wanted) {
  push::Gateways::Told told;
  told.done = [this](PushDone done) { mailbox_.post(std::move(done)); };
  told.health = [this](const view::Provider& provider) {
    const bool well = provider.state == view::ProviderState::ready;
    const std::string state{view::to_string(provider.state)};
    if (well)
      log_->info("push.provider",
                 {{"provider", provider.provider}, {"name", provider.name}, {"state", state}});
    else
      log_->warn("push.provider", {{"provider", provider.provider},
                                   {"name", provider.name},
                                   {"state", state},
                                   {"why", provider.last_error}});
  };
  try {
    if (wanted.webpush) push::prepare_web_push(*wanted.webpush, wanted.data_dir);
    gateways_.emplace(edge_io_, wanted, told);
  } catch (const std::runtime_error& error) {
    throw StartError{error.what()};
  }
}

void Server::Impl::open_resolver(const Settings& wanted) {
  try {
    resolver_.emplace(edge_io_, resolve::Resolver::Options{wanted.dns.servers, wanted.dns.timeout},
                      [this](Resolved answer) { mailbox_.post(std::move(answer)); });
  } catch (const resolve::ResolverError& error) {
    throw StartError{error.what()};
  }
}

void Server::Impl::open_capture(const Settings& wanted, const Host& host) {
  if (wanted.capture.host.empty()) return;
  try {
    capture_.emplace(engine_io_, wanted.capture,
                     resolve::Resolver::Options{wanted.dns.servers, wanted.dns.timeout},
                     capture::Sender::Home{main_address(host, true), main_address(host, false)},
                     *log_);
  } catch (const resolve::ResolverError& error) {
    throw StartError{error.what()};
  }
  network_->set_tap(&*capture_);
}

void Server::Impl::start() {
  if (engine_thread_.joinable() || stopped_) return;
  engine_work_.emplace(engine_io_.get_executor());
  edge_work_.emplace(edge_io_.get_executor());
  asio::post(engine_io_, [this] {
    if (capture_) capture_->start();
    loop_.restore(storage_.take_snapshot());
    network_->start();
  });
  if (certificates_) certificates_->start(edge_io_);
  asio::post(edge_io_, [this] { gateways_->start(); });
  engine_thread_ = std::thread{[this] { engine_io_.run(); }};
  edge_thread_ = std::thread{[this] { edge_io_.run(); }};
}

template <class Work>
void Server::Impl::on_engine_thread(Work work) {
  std::promise<void> done;
  asio::post(engine_io_, [&work, &done] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void Server::Impl::stop() {
  if (stopped_.exchange(true)) return;
  if (engine_thread_.joinable()) finish_engine();
  if (edge_thread_.joinable()) {
    asio::post(edge_io_, [this] {
      gateways_->stop();
      if (resolver_) resolver_->stop();
      if (certificates_) certificates_->stop();
      edge_io_.stop();
    });
    edge_thread_.join();
  }
  storage_.stop();
  requests_.close();
}

/// The engine turns new work away, what it has written is committed, what waited for the commit
/// leaves, and only then the sockets close.
void Server::Impl::finish_engine() {
  mailbox_.post(Shutdown{});
  on_engine_thread([] {});
  storage_.stop();
  on_engine_thread([] {});
  on_engine_thread([this] {
    network_->shut();
    if (capture_) capture_->stop();
  });
  engine_io_.stop();
  engine_thread_.join();
}

void Server::Impl::run(std::vector<Errand> errands) {
  asio::post(edge_io_, [this, moved = std::move(errands)]() mutable {
    for (auto& errand : moved) {
      if (auto* push = std::get_if<Push>(&errand))
        gateways_->push(std::move(*push));
      else if (const auto* question = std::get_if<Resolve>(&errand))
        resolver_->resolve(*question);
      else
        gateways_->drop(std::get<DropPush>(errand).id);
    }
  });
}

Server::Server(Settings settings, std::shared_ptr<log::Log> log)
    : impl_{std::make_unique<Impl>(std::move(settings), std::move(log))} {}
Server::~Server() { stop(); }

void Server::start() { impl_->start(); }
void Server::stop() { impl_->stop(); }
const Settings& Server::settings() const { return impl_->settings(); }
std::int64_t Server::uptime_s() const { return impl_->uptime_s(); }
void Server::ask(view::Query query, Callback done) {
  impl_->requests().ask(std::move(query), std::move(done));
}
void Server::change(Change change, Callback done, Actor actor) {
  impl_->requests().change(std::move(change), std::move(done), std::move(actor));
}
void Server::watch(NewsDesk::Hear hear) { impl_->news().watch(std::move(hear)); }
boost::asio::io_context& Server::edge() { return impl_->edge(); }
void Server::reload_certificates() { impl_->reload_certificates(); }
tls::Context Server::tls_context() const { return impl_->tls_context(); }
std::vector<sip::net::CertificateFacts> Server::certificates() const {
  return impl_->certificates();
}
std::vector<view::Provider> Server::providers() const { return impl_->providers(); }
view::Captured Server::captured() const { return impl_->captured(); }
std::string Server::database_path() const { return impl_->database_path(); }

}  // namespace proxy::runtime
