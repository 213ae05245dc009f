#include <algorithm>

#include "bench/load/run.hpp"

// Calls that are held while their devices sleep, and what waking them costs.

namespace bench {
namespace {

using namespace std::chrono_literals;

using Calls = std::vector<Operation*>;

unsigned provisional(const Calls& calls) {
  return static_cast<unsigned>(std::ranges::count_if(
      calls, [](const Operation* op) { return op->provisional_at != Time{}; }));
}

unsigned callee(const Options& options, unsigned index) {
  return options.first + index % options.users;
}

/// Starts a call to every device and waits until each caller has heard a provisional response.
Calls hold(Run& run, const Options& options, double rate) {
  Calls calls;
  const Time begin = Clock::now();
  for (unsigned i = 0; i < options.count; ++i) {
    auto& op = run.caller().call(callee(options, i + 1), callee(options, i), run.caller_socket());
    op.dead_at = Time::max();
    calls.push_back(&op);
    const std::chrono::duration<double> due{(i + 1) / rate};
    run.until([&] { return Clock::now() - begin >= due; }, options.timeout);
  }
  run.until([&] { return provisional(calls) == options.count; }, options.timeout);
  run.idle(options.settle);
  return calls;
}

void resume(Run& run, const Options& options, double rate, nlohmann::ordered_json& out) {
  const auto awake = run.open_devices(options.sockets, 0, Manner::answer);
  const Time begin = Clock::now();
  for (unsigned i = 0; i < options.count; ++i) {
    run.wake(callee(options, i), awake);
    const std::chrono::duration<double> due{(i + 1) / rate};
    run.until([&] { return Clock::now() - begin >= due; }, options.timeout);
  }
  run.until([&] { return run.caller().open() == 0; }, 30s);
  std::vector<double> delays;
  for (unsigned i = 0; i < options.count; ++i) {
    const unsigned user = callee(options, i);
    const DeviceLog& log = run.devices().log(user);
    if (log.invites > 0)
      delays.push_back(ms_between(run.caller().authorised_at(user), log.invite_at));
  }
  out["resumed"] = delays.size();
  out["register_to_invite_p50_ms"] = percentile(delays, 0.5);
  out["register_to_invite_p99_ms"] = percentile(delays, 0.99);
  out["register_to_invite_max_ms"] = percentile(delays, 1);
}

}  // namespace

nlohmann::ordered_json run_pend(Run& run, const Options& options) {
  const double rate = options.rate > 0 ? options.rate : 1000;
  run.put_to_sleep();
  const auto before = run.read(Memory::read);
  const Calls calls = hold(run, options, rate);
  const auto held = run.read(Memory::read);
  nlohmann::ordered_json out;
  const double grown =
      static_cast<double>(held.server.pss_kb) - static_cast<double>(before.server.pss_kb);
  const std::chrono::duration<double, std::micro> cpu = held.server.cpu - before.server.cpu;
  out["held"] = provisional(calls);
  out["pss_bytes_per_held"] = grown * 1024 / options.count;
  out["server_cpu_us_per_held"] = cpu.count() / options.count;
  for (Operation* op : calls) op->dead_at = Clock::now() + 60s;
  if (options.resume)
    resume(run, options, rate, out);
  else
    for (Operation* op : calls) run.caller().cancel(*op);
  run.until([&] { return run.caller().open() == 0; }, 60s);
  auto all = run.result(before, Clock::now());
  all.update(out);
  return all;
}

}  // namespace bench
