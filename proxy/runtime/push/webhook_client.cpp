#include "proxy/runtime/push/webhook_client.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <stdexcept>

namespace proxy::runtime::push {
namespace {

namespace asio = boost::asio;

sip::Duration until(Clock::time_point then) {
  return std::chrono::duration_cast<sip::Duration>(then - Clock::now());
}

bool is_well(const Answer& answer) { return answer.status != 0 && answer.status < 500; }

}  // namespace

WebhookClient::Options webhook_options(const WebhookSettings& settings) {
  WebhookClient::Options options;
  options.timeout = settings.timeout;
  options.parallel = settings.parallel;
  const auto target_of = [](const std::string& url) {
    auto target = parse_url(url);
    if (!target) throw std::runtime_error{"push.webhook: url \"" + url + "\": " + url_problem(url)};
    return *std::move(target);
  };
  options.name = target_of(settings.url).host_header;
  for (const auto& url : settings.fallback) options.fallback.push_back(target_of(url));
  options.tls = make_tls_client(settings.ca_file);
  if (!settings.proxy.empty()) options.proxy = parse_url(settings.proxy);
  return options;
}

WebhookClient::WebhookClient(asio::io_context& io, Options options, Done done,
                             HealthBook::Changed changed)
    : io_{io},
      options_{std::move(options)},
      done_{std::move(done)},
      health_{"webhook", options_.name, std::move(changed)},
      timer_{io} {}

void WebhookClient::push(Push push) {
  const auto id = push.id;
  auto target = parse_url(push.url);
  if (!target) return done_({id, PushOutcome::refused, "bad URL: " + url_problem(push.url)});
  if (stopped_) return done_({id, PushOutcome::failed, "shutting down"});
  if (jobs_.size() >= options_.queued) return done_({id, PushOutcome::failed, "queue full"});
  Job job;
  job.asked = Clock::now();
  job.deadline = job.asked + push.deadline;
  job.push = std::move(push);
  job.target = std::move(*target);
  job.order = next_order_++;
  const auto [at, fresh] = jobs_.emplace(id, std::move(job));
  if (!fresh) return;
  make_ready(at->second);
  pump();
  arm_timer();
}

void WebhookClient::make_ready(Job& job) {
  ready_.emplace(job.order, job.push.id);
  set_due(job, job.deadline);
}

void WebhookClient::set_due(Job& job, Clock::time_point due) {
  timed_.erase({job.due, job.push.id});
  job.due = due;
  timed_.emplace(due, job.push.id);
}

void WebhookClient::drop(PushId id) {
  const auto job = jobs_.find(id);
  if (job == jobs_.end()) return;
  if (job->second.on_its_way)
    job->second.unwanted = true;
  else
    finish(job, PushOutcome::failed, "dropped");
}

void WebhookClient::stop() {
  stopped_ = true;
  while (!jobs_.empty()) finish(jobs_.begin(), PushOutcome::failed, "shutting down");
  timer_.cancel();
  idle_.clear();
}

void WebhookClient::pump() {
  while (asking_ < options_.parallel && !ready_.empty()) {
    const auto id = ready_.begin()->second;
    ready_.erase(ready_.begin());
    auto& job = jobs_.at(id);
    if (!choose(job)) {
      set_due(job, std::min(job.deadline, rests_until(job)));
      continue;
    }
    timed_.erase({job.due, id});
    breaker_of(target_of(job)).asked();
    job.asking = true;
    if (job.tried++ == 0) ++job.attempts;
    ++asking_;
    asio::co_spawn(io_, run(id), [](const std::exception_ptr& bug) {
      if (bug) std::rethrow_exception(bug);
    });
  }
}

const Target& WebhookClient::target_of(const Job& job) const {
  return job.at == 0 ? job.target : options_.fallback.at(job.at - 1);
}

Breaker& WebhookClient::breaker_of(const Target& target) { return breakers_[target.host_header]; }

/// From where the job stands on to the first URL that is not left alone.
bool WebhookClient::choose(Job& job) {
  const auto now = Clock::now();
  const auto all = options_.fallback.size() + 1;
  const auto begin = job.at;
  for (std::size_t i = 0; i < all; ++i) {
    job.at = (begin + i) % all;
    if (breaker_of(target_of(job)).allows(now)) return true;
  }
  job.at = 0;
  return false;
}

Clock::time_point WebhookClient::rests_until(const Job& job) {
  // One that is tried just now is looked at again soon.
  constexpr auto soon = std::chrono::milliseconds{200};
  auto next = breaker_of(job.target).open_until();
  for (const auto& target : options_.fallback)
    next = std::min(next, breaker_of(target).open_until());
  return std::max(next, Clock::now() + soon);
}

void WebhookClient::judge_health(const Answer& answer) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  if (answer.status == 0) return health_.unreachable(answer.reason, now);
  if (answer.status == 401 || answer.status == 403)
    return health_.refused_credentials(answer.reason + ": does it know another secret?", now);
  if (answer.status < 300 || answer.status == 404 || answer.status == 410) return health_.well(now);
  health_.troubled(answer.reason, now);
}

asio::awaitable<void> WebhookClient::run(PushId id) {
  const auto job = jobs_.find(id);
  const std::string where = job == jobs_.end() ? "" : target_of(job->second).host_header;
  const Answer answer = co_await attempt(id);
  --asking_;
  const bool never_asked = answer.status == 0 && answer.reason.empty();
  breakers_[where].answered(never_asked || is_well(answer), Clock::now());
  if (!never_asked) judge_health(answer);
  conclude(id, answer);
  pump();
  arm_timer();
}

/// One request, on a kept connection if there is one. A kept connection that its peer has closed
/// meanwhile does not count: the request goes out once more at once on a new one.
asio::awaitable<Answer> WebhookClient::attempt(PushId id) {
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) co_return Answer{};
  const Target target = target_of(at->second);
  const auto request = make_request(target, at->second.push.body, at->second.push.signature);
  const auto deadline = std::min(at->second.deadline, Clock::now() + options_.timeout);

  HttpConnection::Exchange result;
  auto connection = take_idle(target);
  if (connection) {
    result = co_await exchange(id, *connection, request, deadline);
    const bool stale = result.answer.status == 0 && !result.heard && Clock::now() < deadline;
    const auto job = jobs_.find(id);
    if (!stale || job == jobs_.end()) {
      keep(std::move(connection));
      co_return result.answer;
    }
    job->second.on_its_way = false;
  }
  connection = std::make_unique<HttpConnection>(io_, options_.tls.get());
  const Target* proxy = options_.proxy && target.tls ? &*options_.proxy : nullptr;
  result.answer.reason = co_await connection->connect(target, deadline, proxy);
  if (result.answer.reason.empty()) result = co_await exchange(id, *connection, request, deadline);
  keep(std::move(connection));
  co_return result.answer;
}

asio::awaitable<HttpConnection::Exchange> WebhookClient::exchange(PushId id,
                                                                  HttpConnection& connection,
                                                                  const Request& request,
                                                                  Clock::time_point until) {
  HttpConnection::Exchange result;
  const auto job = jobs_.find(id);
  if (job == jobs_.end() || job->second.unwanted) co_return result;
  job->second.on_its_way = true;
  result = co_await connection.ask(request, until);
  co_return result;
}

void WebhookClient::conclude(PushId id, const Answer& answer) {
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) return;
  auto& job = at->second;
  job.asking = false;
  job.on_its_way = false;
  const bool more = job.tried <= options_.fallback.size() && !job.unwanted;
  if (!is_well(answer) && more && Clock::now() < job.deadline) {
    ++job.at;
    if (job.at > options_.fallback.size()) job.at = 0;
    return make_ready(job);
  }
  job.at = 0;
  job.tried = 0;
  const auto verdict = judge(answer, job.attempts, until(job.deadline));
  if (verdict.outcome) return finish(at, *verdict.outcome, answer.reason);
  if (job.unwanted) return finish(at, PushOutcome::failed, "dropped");
  set_due(job, Clock::now() + verdict.wait);
}

/// The job leaves the table before anybody hears of it, so that it cannot end twice.
void WebhookClient::finish(Jobs::iterator job, PushOutcome outcome, std::string reason) {
  const auto id = job->first;
  const bool heard = outcome != PushOutcome::failed;
  health_.ended(outcome, heard ? std::optional{-until(job->second.asked)} : std::nullopt);
  ready_.erase(job->second.order);
  timed_.erase({job->second.due, id});
  jobs_.erase(job);
  done_({id, outcome, std::move(reason)});
}

std::unique_ptr<HttpConnection> WebhookClient::take_idle(const Target& target) {
  // The newest first: the one least likely to have been closed meanwhile.
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&target](const auto& connection) {
    return connection->leads_to(target);
  });
  if (found == idle_.rend()) return nullptr;
  auto connection = std::move(*found);
  idle_.erase(std::next(found).base());
  return connection;
}

void WebhookClient::keep(std::unique_ptr<HttpConnection> connection) {
  if (stopped_ || !connection->reusable()) return;
  if (idle_.size() >= options_.parallel) idle_.erase(idle_.begin());
  idle_.push_back(std::move(connection));
}

void WebhookClient::arm_timer() {
  if (timed_.empty()) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(timed_.begin()->first);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) on_timer();
  });
}

void WebhookClient::on_timer() {
  const auto now = Clock::now();
  while (!timed_.empty() && timed_.begin()->first <= now) {
    const auto at = jobs_.find(timed_.begin()->second);
    auto& job = at->second;
    if (now >= job.deadline)
      finish(at, PushOutcome::failed, "timeout");
    else
      make_ready(job);
  }
  pump();
  arm_timer();
}

}  // namespace proxy::runtime::push
