#include "bench/load/sleepers.hpp"

// All calls are over, and then all phones come at one instant.

namespace bench {

using namespace std::chrono_literals;

nlohmann::ordered_json run_burst(Run& run, const Options& options, Pushes& pushes) {
  Sleepers sleepers{run, options, pushes};
  sleepers.put_to_sleep();
  sleepers.hold_all(options.window);
  for (Sleeper& s : sleepers.all()) sleepers.cancel(s);
  const bool over = run.until([&] { return run.caller().open() == 0; }, 10s);
  const auto before = run.read(Memory::read);
  const auto sending = sleepers.wake_at_one_instant();
  sleepers.see_out(options.timeout);
  const Time finished = Clock::now();

  std::vector<double> to_ok, to_invite;
  Time first = Time::max(), last_invite{}, last_cancel{};
  for (Sleeper& s : sleepers.all()) {
    if (s.caller.final != 487 || !over) s.faults.emplace_back("the caller got no 487");
    sleepers.judge(s);
    first = std::min(first, s.registered_at);
    to_ok.push_back(ms_between(s.registered_at, s.register_ok_at));
    const Ring* ring = s.taken();
    if (!ring) continue;
    to_invite.push_back(ms_between(s.registered_at, ring->invite_at));
    last_invite = std::max(last_invite, ring->invite_at);
    last_cancel = std::max(last_cancel, ring->cancel_at);
  }
  auto out = run.result(before, finished);
  sleepers.report(out);
  out["registers_sent_in_ms"] = std::chrono::duration<double, std::milli>{sending}.count();
  report_times(out, "register_to_200", to_ok);
  report_times(out, "late_register_to_invite", to_invite);
  out["all_invited_after_ms"] = ms_between(first, last_invite);
  out["all_cancelled_after_ms"] = ms_between(first, last_cancel);
  return out;
}

}  // namespace bench
