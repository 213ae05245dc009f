#include "bench/load/run.hpp"

// The modes that keep a server busy: registrations, pings and answered calls.

namespace bench {

nlohmann::ordered_json run_reg(Run& run, const Options& options) {
  const auto sockets = run.open_devices(options.sockets, options.device_port, Manner::answer);
  // A refresh uses the nonce of the registration before it: one transaction instead of two.
  if (options.mode == Mode::refresh) run.register_all(sockets);
  const auto before = run.read(Memory::read);
  run.drive(options.count, options.window, options.rate, [&](unsigned i) {
    const unsigned user = options.first + i % options.users;
    run.caller().reg(user, *sockets[user % sockets.size()]);
  });
  const Time finished = Clock::now();
  auto out = run.result(before, finished);
  if (!options.pids.empty()) {
    const double grown = out["pss_kb_after"].get<double>() - out["pss_kb_before"].get<double>();
    out["pss_bytes_per_op"] = grown * 1024 / options.count;
  }
  return out;
}

nlohmann::ordered_json run_options(Run& run, const Options& options) {
  const auto before = run.read(Memory::read);
  run.drive(options.count, options.window, options.rate, [&](unsigned i) {
    run.caller().ping(options.first + i % options.users, run.caller_socket());
  });
  const Time finished = Clock::now();
  return run.result(before, finished);
}

nlohmann::ordered_json run_call(Run& run, const Options& options) {
  const auto sockets = run.open_devices(options.sockets, options.device_port, Manner::answer);
  run.register_all(sockets);
  const auto before = run.read(Memory::read);
  run.drive(options.count, options.window, options.rate, [&](unsigned i) {
    const unsigned callee = options.first + i % options.users;
    const unsigned caller = options.first + (i + 1) % options.users;
    run.caller().call(caller, callee, run.caller_socket());
  });
  const Time finished = Clock::now();
  auto out = run.result(before, finished);
  out["device_invites"] = run.devices().invites();
  out["device_repeated"] = run.devices().repeated();
  return out;
}

}  // namespace bench
