#include "proxy/runtime/resolve/resolver.hpp"

#include <ares.h>
#include <sys/select.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "proxy/runtime/resolve/answer.hpp"
#include "proxy/runtime/resolve/hosts.hpp"

namespace proxy::resolve {
namespace {

namespace asio = boost::asio;
using sip::locate::Answer;
using sip::locate::Failure;
using sip::locate::Kind;

constexpr std::size_t open_max = 1'000;
constexpr int tries = 2;
constexpr int dns_class_in = 1;

/// A descriptor that belongs to c-ares; ours only to wait for.
struct Watched {
  explicit Watched(asio::io_context& io, int fd) : descriptor{io, fd} {}
  asio::posix::stream_descriptor descriptor;
  bool reading{false};
  bool writing{false};
  bool wants_read{false};
  bool wants_write{false};
};

std::string server_list(const std::vector<sip::Endpoint>& servers) {
  std::string out;
  for (const auto& server : servers) out.append(out.empty() ? "" : ",").append(server.to_string());
  return out;
}

std::vector<Type> types_of(Kind kind) {
  switch (kind) {
    case Kind::naptr:
      return {Type::naptr};
    case Kind::srv:
      return {Type::srv};
    case Kind::address:
      break;
  }
  return {Type::a, Type::aaaa};
}

}  // namespace

class Resolver::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& io, Done done) : io_{io}, timer_{io}, done_{std::move(done)} {}
  ~Impl() {
    if (channel_ != nullptr) stop();
    ares_library_cleanup();
  }
  Impl(Impl&&) = delete;

  void open(const Options& options);
  void resolve(const Resolve& resolve);
  void stop();

 private:
  /// One question of the engine: as many of ours as it has types.
  struct Job {
    ResolveId id;
    std::size_t open{0};
    Answer answer;
  };
  struct Query {
    Impl* self;
    std::shared_ptr<Job> job;
    Type type;
    std::size_t place;  ///< of its records: A before AAAA, whichever comes first
  };

  static void on_answer(void* arg, int status, int timeouts, unsigned char* bytes, int size);
  static void on_socket(void* arg, ares_socket_t fd, int readable, int writable);

  void take(Job& job, const Query& query, Answer answer);
  void finish(Job& job);
  void watch(ares_socket_t fd, bool readable, bool writable);
  void wait(ares_socket_t fd, const std::shared_ptr<Watched>& watched);
  void process(ares_socket_t readable, ares_socket_t writable);
  void arm_timer();

  asio::io_context& io_;
  asio::steady_timer timer_;
  Done done_;
  ares_channel channel_{nullptr};
  std::unordered_map<ares_socket_t, std::shared_ptr<Watched>> watched_;
  std::size_t open_{0};
};

void Resolver::Impl::open(const Options& options) {
  ares_options wanted{};
  wanted.timeout = static_cast<int>(options.timeout.count());
  wanted.tries = tries;
  wanted.sock_state_cb = &Impl::on_socket;
  wanted.sock_state_cb_data = this;
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  if (const int status = ares_init_options(&channel_, &wanted, mask); status != ARES_SUCCESS) {
    channel_ = nullptr;
    throw ResolverError{std::string{"dns: "} + ares_strerror(status)};
  }
  if (options.servers.empty()) return;
  const auto list = server_list(options.servers);
  if (const int status = ares_set_servers_ports_csv(channel_, list.c_str()); status != ARES_SUCCESS)
    throw ResolverError{"dns: servers " + list + ": " + ares_strerror(status)};
}

void Resolver::Impl::resolve(const Resolve& resolve) {
  if (channel_ == nullptr) return;
  auto job = std::make_shared<Job>();
  job->id = resolve.id;
  if (open_ >= open_max) {
    job->answer.failure = Failure::refused;
    return finish(*job);
  }
  const auto& [name, kind] = resolve.question;
  if (kind == Kind::address) {
    job->answer = look_into_hosts(channel_, name);
    if (!job->answer.records.empty()) return finish(*job);
  }
  const auto types = types_of(kind);
  job->open = types.size();
  job->answer.failure = Failure::none;
  for (std::size_t i = 0; i < types.size(); ++i) {
    ++open_;
    auto query = std::make_unique<Query>(Query{this, job, types[i], i});
    ares_query(channel_, name.c_str(), dns_class_in, static_cast<int>(types[i]), &Impl::on_answer,
               query.release());
  }
  arm_timer();
}

/// c-ares calls this exactly once for each query, also from within ares_query and ares_destroy.
void Resolver::Impl::on_answer(void* arg, int status, int, unsigned char* bytes, int size) {
  const std::unique_ptr<Query> query{static_cast<Query*>(arg)};
  auto& self = *query->self;
  --self.open_;
  Answer answer{{}, failure_of(status)};
  if (status == ARES_SUCCESS && bytes != nullptr)
    answer = read_answer({bytes, static_cast<std::size_t>(size)}, query->type);
  self.take(*query->job, *query, std::move(answer));
}

void Resolver::Impl::take(Job& job, const Query& query, Answer answer) {
  auto& records = job.answer.records;
  records.insert(query.place == 0 ? records.begin() : records.end(),
                 std::make_move_iterator(answer.records.begin()),
                 std::make_move_iterator(answer.records.end()));
  job.answer.failure = std::max(job.answer.failure, answer.failure);
  if (--job.open > 0) return;
  if (!job.answer.records.empty()) job.answer.failure = Failure::none;  // one family is enough
  finish(job);
}

void Resolver::Impl::finish(Job& job) {
  if (channel_ == nullptr) return;  // stopping
  asio::post(io_, [self = shared_from_this(), done = Resolved{job.id, std::move(job.answer)}] {
    if (self->channel_ != nullptr) self->done_(done);
  });
}

void Resolver::Impl::stop() {
  if (channel_ == nullptr) return;
  timer_.cancel();
  const auto channel = std::exchange(channel_, nullptr);
  ares_destroy(channel);
  for (auto& [fd, watched] : std::exchange(watched_, {})) watched->descriptor.release();
}

void Resolver::Impl::on_socket(void* arg, ares_socket_t fd, int readable, int writable) {
  static_cast<Impl*>(arg)->watch(fd, readable != 0, writable != 0);
}

void Resolver::Impl::watch(ares_socket_t fd, bool readable, bool writable) {
  auto at = watched_.find(fd);
  if (!readable && !writable) {
    if (at == watched_.end()) return;
    at->second->descriptor.release();  // c-ares closes it after this
    watched_.erase(at);
    return;
  }
  if (at == watched_.end()) at = watched_.emplace(fd, std::make_shared<Watched>(io_, fd)).first;
  at->second->wants_read = readable;
  at->second->wants_write = writable;
  wait(fd, at->second);
}

void Resolver::Impl::wait(ares_socket_t fd, const std::shared_ptr<Watched>& watched) {
  using Descriptor = asio::posix::stream_descriptor;
  const auto start = [&](bool wants, bool Watched::*busy, Descriptor::wait_type what,
                         ares_socket_t read_fd, ares_socket_t write_fd) {
    if (!wants || (*watched).*busy) return;
    (*watched).*busy = true;
    watched->descriptor.async_wait(what, [self = weak_from_this(), fd, watched, busy, read_fd,
                                          write_fd](const boost::system::error_code&) {
      (*watched).*busy = false;
      const auto alive = self.lock();
      if (!alive || alive->channel_ == nullptr) return;
      const auto now = alive->watched_.find(fd);
      if (now == alive->watched_.end() || now->second != watched) return;  // closed, or reused
      alive->process(read_fd, write_fd);
      const auto after = alive->watched_.find(fd);
      if (after != alive->watched_.end() && after->second == watched) alive->wait(fd, watched);
    });
  };
  start(watched->wants_read, &Watched::reading, Descriptor::wait_read, fd, ARES_SOCKET_BAD);
  start(watched->wants_write, &Watched::writing, Descriptor::wait_write, ARES_SOCKET_BAD, fd);
}

void Resolver::Impl::process(ares_socket_t readable, ares_socket_t writable) {
  ares_process_fd(channel_, readable, writable);
  arm_timer();
}

void Resolver::Impl::arm_timer() {
  if (channel_ == nullptr) return;
  timeval room{};
  const timeval* next = ares_timeout(channel_, nullptr, &room);
  if (next == nullptr) {
    timer_.cancel();
    return;
  }
  // One more millisecond: c-ares rounds down, and would be asked again and again until then.
  timer_.expires_after(std::chrono::seconds{next->tv_sec} +
                       std::chrono::microseconds{next->tv_usec} + std::chrono::milliseconds{1});
  timer_.async_wait([self = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto alive = self.lock();
    if (cancelled || !alive || alive->channel_ == nullptr) return;
    alive->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

Resolver::Resolver(asio::io_context& io, const Options& options, Done done) {
  if (const int status = ares_library_init(ARES_LIB_INIT_ALL); status != ARES_SUCCESS)
    throw ResolverError{std::string{"dns: "} + ares_strerror(status)};
  impl_ = std::make_shared<Impl>(io, std::move(done));
  impl_->open(options);
}
Resolver::~Resolver() { impl_->stop(); }

void Resolver::resolve(const Resolve& resolve) { impl_->resolve(resolve); }
void Resolver::stop() { impl_->stop(); }

}  // namespace proxy::resolve
