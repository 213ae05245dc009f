#include "proxy/runtime/push/service_gateway.hpp"

#include <algorithm>
#include <array>

#include "proxy/runtime/push/clock_hint.hpp"
#include "proxy/runtime/push/retry.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t open_max = 10'000;
constexpr Clock::duration grace = 1s;
constexpr std::array<Clock::duration, 4> backoffs{0ms, 500ms, 1s, 2s};

sip::Duration since(Clock::time_point then) {
  return std::chrono::duration_cast<sip::Duration>(Clock::now() - then);
}

}  // namespace

sip::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ServiceGateway::ServiceGateway(boost::asio::io_context& io, Done done)
    : io_{io}, done_{std::move(done)}, timer_{io} {}

void ServiceGateway::push(Push push) {
  const auto id = push.id;
  if (stopped_) return done_({id, PushOutcome::failed, "shutting down"});
  if (jobs_.size() >= open_max) return done_({id, PushOutcome::failed, "queue full"});
  const auto [at, fresh] = jobs_.try_emplace(id);
  if (!fresh) return;
  auto& job = at->second;
  job.asked = Clock::now();
  job.deadline = job.asked + push.deadline;
  job.push = std::move(push);
  set_due(job, job.deadline);
  auto problem = prepare(job);
  if (!problem.empty()) return finish(at, {PushOutcome::refused, std::move(problem)});
  ask(job);
  arm_timer();
}

ServiceGateway::Job* ServiceGateway::find(PushId id) {
  const auto at = jobs_.find(id);
  return at == jobs_.end() ? nullptr : &at->second;
}

void ServiceGateway::send(Job& job, Http2Client& client, HttpRequest request) {
  const auto id = job.push.id;
  job.on_its_way = true;
  job.waiting = false;
  job.client = &client;
  // The client knows better what was missing when time is up.
  set_due(job, job.deadline + grace);
  const bool fresh = std::exchange(job.fresh, false);
  const auto ticket = client.ask(std::move(request), job.deadline, fresh,
                                 [this, id](const HttpAnswer& answer) { answered(id, answer); });
  // The answer may have come already, and the job be gone.
  if (auto* still = find(id)) still->ticket = ticket;
}

void ServiceGateway::answered(PushId id, const HttpAnswer& answer) {
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) return;
  auto& job = at->second;
  job.on_its_way = false;
  if (answer.status == 0) {
    health_of(job).troubled(answer.error, wall_now());
    return conclude(id, {PushOutcome::failed, answer.error});
  }
  if (const auto theirs = read_http_date(answer.date)) health_of(job).clock(*theirs, wall_now());
  conclude(id, judge(job, answer));
}

void ServiceGateway::conclude(PushId id, Next next) {
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) return;
  auto& job = at->second;
  if (next.outcome) return finish(at, std::move(next));
  if (job.unwanted) return finish(at, {PushOutcome::failed, "dropped"});
  job.fresh = next.fresh;
  if (next.wait <= Clock::duration{0}) return ask(job);
  if (Clock::now() + next.wait >= job.deadline)
    return finish(at, {PushOutcome::failed, std::move(next.reason)});
  job.waiting = true;
  set_due(job, Clock::now() + next.wait);
  arm_timer();
}

ServiceGateway::Next ServiceGateway::again(Job& job, std::string reason,
                                           const std::string& retry_after) {
  const auto step = std::min<std::size_t>(job.attempts, backoffs.size() - 1);
  Next next;
  next.reason = std::move(reason);
  next.fresh = job.attempts == 0 && retry_after.empty();
  next.wait = backoffs.at(step);
  if (const auto told = parse_retry_after(retry_after))
    next.wait = std::max<Clock::duration>(next.wait, *told);
  ++job.attempts;
  return next;
}

void ServiceGateway::drop(PushId id) {
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) return;
  auto& job = at->second;
  job.unwanted = true;
  if (!job.on_its_way) return finish(at, {PushOutcome::failed, "dropped"});
  job.client->drop(job.ticket);
}

void ServiceGateway::stop() {
  stopped_ = true;
  timer_.cancel();
  while (!jobs_.empty()) finish(jobs_.begin(), {PushOutcome::failed, "shutting down"});
}

/// The job leaves the table before anybody hears of it, so that it cannot end twice.
void ServiceGateway::finish(Jobs::iterator at, Next next) {
  Job job = std::move(at->second);
  jobs_.erase(at);
  timed_.erase({job.due, job.push.id});
  const bool heard = next.outcome != PushOutcome::failed;
  if (job.account != no_account)
    health_of(job).ended(*next.outcome, heard ? std::optional{since(job.asked)} : std::nullopt);
  if (job.on_its_way) job.client->drop(job.ticket);
  PushDone done{job.push.id, *next.outcome, std::move(next.reason)};
  done.dead_since = next.dead_since;
  done.sandbox = next.sandbox;
  done_(std::move(done));
}

void ServiceGateway::set_due(Job& job, Clock::time_point due) {
  timed_.erase({job.due, job.push.id});
  job.due = due;
  timed_.emplace(due, job.push.id);
}

void ServiceGateway::arm_timer() {
  if (timed_.empty()) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(timed_.begin()->first);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && !stopped_) on_timer();
  });
}

void ServiceGateway::on_timer() {
  const auto now = Clock::now();
  while (!timed_.empty() && timed_.begin()->first <= now) {
    const auto at = jobs_.find(timed_.begin()->second);
    auto& job = at->second;
    if (now >= job.deadline) {
      finish(at, {PushOutcome::failed, "timeout"});
      continue;
    }
    set_due(job, job.deadline);
    if (std::exchange(job.waiting, false)) ask(job);
  }
  arm_timer();
}

}  // namespace proxy::runtime::push
