#include <optional>
#include <unordered_map>

#include "bench/load/run.hpp"

// Devices that wake when their call is over.

namespace bench {
namespace {

using namespace std::chrono_literals;

struct Case {
  enum class Phase : std::uint8_t { calling, ended, waiting, over, failed };
  Phase phase{Phase::calling};
  Operation* call{nullptr};
  std::string call_id;
  Time woken_at{};
};

/// Plays late cases until each is over.
class LateCases {
 public:
  LateCases(Run& run, const Options& options, const std::vector<Socket*>& awake)
      : run_{run}, options_{options}, awake_{awake}, cases_(options.count) {
    run.caller().on_end([this](const Operation& op, bool ok) { on_end(op, ok); });
  }

  void play() {
    const Time begin = Clock::now();
    while (open_ > 0 || started_ < cases_.size()) {
      const double rate = options_.rate > 0 ? options_.rate : 20;
      const std::chrono::duration<double> elapsed = Clock::now() - begin;
      while (started_ < cases_.size() && static_cast<double>(started_) <= elapsed.count() * rate)
        start();
      run_.until([] { return false; }, 1ms);
      advance(Clock::now());
    }
  }

  nlohmann::ordered_json report() {
    nlohmann::ordered_json out;
    unsigned right = 0, no_invite = 0, no_cancel = 0, wrong_call_id = 0, wrong_reason = 0,
             repeated = 0, failed = 0;
    std::vector<double> to_invite, to_cancel;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      const unsigned user = options_.first + static_cast<unsigned>(i);
      const DeviceLog& log = run_.devices().log(user);
      if (cases_[i].phase == Case::Phase::failed) {
        ++failed;
        continue;
      }
      if (log.invites == 0) {
        ++no_invite;
        continue;
      }
      to_invite.push_back(ms_between(run_.caller().authorised_at(user), log.invite_at));
      repeated += log.invites > 1 ? 1 : 0;
      if (log.cancels == 0) {
        ++no_cancel;
        continue;
      }
      to_cancel.push_back(ms_between(log.invite_at, log.cancel_at));
      const bool says_answered = log.reason.find("cause=200") != std::string::npos;
      const bool same_call = log.call_id == cases_[i].call_id;
      const bool right_reason = says_answered == (options_.end == CallEnd::answered);
      wrong_call_id += same_call ? 0 : 1;
      wrong_reason += right_reason ? 0 : 1;
      right += same_call && right_reason ? 1 : 0;
    }
    out["late_ok"] = right;
    out["call_failed"] = failed;
    out["no_invite"] = no_invite;
    out["no_cancel"] = no_cancel;
    out["wrong_call_id"] = wrong_call_id;
    out["wrong_reason"] = wrong_reason;
    out["more_than_one_invite"] = repeated;
    out["register_to_invite_p50_ms"] = percentile(to_invite, 0.5);
    out["register_to_invite_p99_ms"] = percentile(to_invite, 0.99);
    out["register_to_invite_max_ms"] = percentile(to_invite, 1);
    out["invite_to_cancel_p50_ms"] = percentile(to_cancel, 0.5);
    return out;
  }

  std::optional<Run::Reading> burst_at;

 private:
  void start() {
    const unsigned user = options_.first + static_cast<unsigned>(started_);
    Case& c = cases_[started_++];
    ++open_;
    run_.devices().forget(user);
    const unsigned caller = options_.first + (user - options_.first + 1) % options_.users;
    c.call = &run_.caller().call(caller, user, run_.caller_socket());
    c.call_id = c.call->call_id;
    by_call_id_[c.call_id] = &c;
  }

  void on_end(const Operation& op, bool ok) {
    const auto found = by_call_id_.find(op.call_id);
    if (found == by_call_id_.end()) return;
    Case& c = *found->second;
    c.call = nullptr;
    c.phase = ok ? Case::Phase::ended : Case::Phase::failed;
    c.woken_at = Clock::now() + 50ms;
    if (ok)
      ++ended_;
    else
      --open_;
  }

  void advance(Time now) {
    const bool all_ended = ended_ == open_ && started_ == cases_.size();
    if (options_.burst && all_ended && !burst_at) burst_at = run_.read(Memory::skip);
    for (std::size_t i = 0; i < started_; ++i) {
      Case& c = cases_[i];
      const unsigned user = options_.first + static_cast<unsigned>(i);
      if (c.phase == Case::Phase::calling && options_.end == CallEnd::missed && c.call &&
          c.call->provisional_at != Time{} && now > c.call->provisional_at + 50ms)
        run_.caller().cancel(*c.call);
      const bool may_wake = options_.burst ? burst_at.has_value() : now >= c.woken_at;
      if (c.phase == Case::Phase::ended && may_wake) {
        c.phase = Case::Phase::waiting;
        c.woken_at = now;
        run_.devices().forget(user);
        run_.wake(user, awake_);
      } else if (c.phase == Case::Phase::waiting && is_over(c, user, now)) {
        c.phase = Case::Phase::over;
        --open_;
      }
    }
  }

  bool is_over(const Case& c, unsigned user, Time now) {
    const DeviceLog& log = run_.devices().log(user);
    // A little longer, to see an INVITE too many.
    if (log.cancels > 0) return now > log.cancel_at + 500ms;
    return now > c.woken_at + options_.grace;
  }

  Run& run_;
  const Options& options_;
  const std::vector<Socket*>& awake_;
  std::vector<Case> cases_;
  std::unordered_map<std::string, Case*> by_call_id_;
  std::size_t started_{0};
  std::size_t ended_{0};
  std::size_t open_{0};
};

}  // namespace

nlohmann::ordered_json run_late(Run& run, const Options& options) {
  std::vector<Socket*> desks;
  if (options.end == CallEnd::answered) {
    desks = run.open_devices(options.sockets, options.device_port, Manner::pick_up);
    run.register_all(desks);
  }
  run.put_to_sleep();
  const auto awake = run.open_devices(options.sockets, 0, Manner::ring_only);
  LateCases cases{run, options, awake};
  auto before = run.read(Memory::read);
  cases.play();
  const Time finished = Clock::now();
  if (cases.burst_at) {
    before.server.cpu = cases.burst_at->server.cpu;
    before.at = cases.burst_at->at;
  }
  auto out = run.result(before, finished);
  out.update(cases.report());
  if (!options.pids.empty())
    out["server_cpu_us_per_case"] = out["server_cpu_ms"].get<double>() * 1000 / options.count;
  return out;
}

}  // namespace bench
