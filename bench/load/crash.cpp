#include <signal.h>

#include <stdexcept>

#include "bench/load/sleepers.hpp"

// The server is killed while calls are held, somebody starts it again, and all phones come.

namespace bench {
namespace {

using namespace std::chrono_literals;

/// Asks until somebody answers.
void wait_for_restart(Run& run, const Options& options) {
  bool answered = false;
  const std::function<void()> ask = [&] {
    Operation& ping = run.caller().ping(options.first, run.caller_socket());
    ping.dead_at = Clock::now() + 100ms;
    ping.then = [&](const Operation&, bool ok) {
      answered = ok;
      if (!ok) ask();
    };
  };
  ask();
  if (!run.until([&] { return answered; }, 30s))
    throw std::runtime_error{"nobody started the server again"};
}

}  // namespace

nlohmann::ordered_json run_crash(Run& run, const Options& options, Pushes& pushes) {
  if (options.pids.size() != 1) throw std::runtime_error{"crash needs the --pid of the server"};
  Sleepers sleepers{run, options, pushes};
  sleepers.put_to_sleep();
  sleepers.hold_all(options.window, options.kill_at == 0 ? SIZE_MAX : options.kill_at);
  ::kill(options.pids.front(), SIGKILL);
  for (const Sleeper& s : sleepers.all())
    if (Operation* op = run.caller().find(s.call_id); op && s.pushed_at == Time{})
      op->dead_at = Clock::now();  // or its INVITE, sent again, would be a call of its own
  const Time killed = Clock::now();
  wait_for_restart(run, options);
  const Time restarted = Clock::now();
  unsigned asked = 0;
  for (Sleeper& s : sleepers.all()) {
    s.expected = s.pushed_at != Time{};
    s.reason.clear();  // its caller did not cancel
    asked += s.expected ? 1 : 0;
  }
  sleepers.wake_at_one_instant();
  sleepers.see_out(options.timeout);

  std::vector<double> to_invite;
  for (Sleeper& s : sleepers.all()) {
    if (s.expected && s.caller.final != 480) s.faults.emplace_back("the caller got no 480");
    sleepers.judge(s);
    if (const Ring* ring = s.taken())
      to_invite.push_back(ms_between(s.registered_at, ring->invite_at));
  }
  nlohmann::ordered_json out;
  out["mode"] = name_of(options.mode);
  out["label"] = options.label;
  sleepers.report(out);
  out["asked_before_the_kill"] = asked;
  out["down_ms"] = ms_between(killed, restarted);
  report_times(out, "late_register_to_invite", to_invite);
  return out;
}

}  // namespace bench
