#include "proxy/runtime/push/webhook_client.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>

namespace proxy::runtime::push {
namespace {

namespace asio = boost::asio;

sip::Duration until(Clock::time_point then) {
  return std::chrono::duration_cast<sip::Duration>(then - Clock::now());
}

}  // namespace

WebhookClient::WebhookClient(asio::io_context& io, Options options, Done done)
    : io_{io}, options_{options}, done_{std::move(done)}, timer_{io} {}

void WebhookClient::push(Push push) {
  const auto id = push.id;
  auto target = parse_url(push.url);
  if (!target) return done_({id, PushOutcome::refused, "bad URL: " + url_problem(push.url)});
  if (stopped_) return done_({id, PushOutcome::failed, "shutting down"});
  if (jobs_.size() >= options_.queued) return done_({id, PushOutcome::failed, "queue full"});
  Job job;
  job.deadline = Clock::now() + push.deadline;
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
    timed_.erase({job.due, id});
    job.asking = true;
    ++job.attempts;
    ++asking_;
    asio::co_spawn(io_, run(id), [](const std::exception_ptr& bug) {
      if (bug) std::rethrow_exception(bug);
    });
  }
}

asio::awaitable<void> WebhookClient::run(PushId id) {
  const Answer answer = co_await attempt(id);
  --asking_;
  conclude(id, answer);
  pump();
  arm_timer();
}

/// One request, on a kept connection if there is one. A kept connection that its peer has closed
/// meanwhile does not count: the request goes out once more at once on a new one.
asio::awaitable<Answer> WebhookClient::attempt(PushId id) {
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) co_return Answer{};
  const Target target = at->second.target;
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
  connection = std::make_unique<HttpConnection>(io_);
  result.answer.reason = co_await connection->connect(target, deadline);
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
  const auto verdict = judge(answer, job.attempts, until(job.deadline));
  if (verdict.outcome) return finish(at, *verdict.outcome, answer.reason);
  if (job.unwanted) return finish(at, PushOutcome::failed, "dropped");
  set_due(job, Clock::now() + verdict.wait);
}

/// The job leaves the table before anybody hears of it, so that it cannot end twice.
void WebhookClient::finish(Jobs::iterator job, PushOutcome outcome, std::string reason) {
  const auto id = job->first;
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
