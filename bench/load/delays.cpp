#include <stdexcept>

#include "bench/load/sleepers.hpp"
#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/sqlite.hpp"

// What a phone and a caller wait for, one call at a time on a server that has nothing else to do.

namespace bench {
namespace {

using namespace std::chrono_literals;
using proxy::record::CallState;
using proxy::record::LegState;

/// A reader of the server's database that sees what has been committed.
class Committed {
 public:
  explicit Committed(const std::string& path)
      : connection_{path, proxy::store::Access::read_only},
        newest_{connection_,
                "SELECT call.call_id, call.state, leg.state FROM call JOIN leg ON leg.call_id = "
                "call.id WHERE call.id = (SELECT max(id) FROM call)"} {}

  /// Reads as fast as it can until the newest call is stored as ended with a leg that waits for its
  /// device; the time it saw that.
  Time wait_for_end(const std::string& call_id) {
    const Time limit = Clock::now() + 5s;
    std::int64_t version = -1;
    while (Clock::now() < limit) {
      const auto seen = connection_.integer("PRAGMA data_version");
      if (seen == version) continue;
      version = seen;
      if (has_ended(call_id)) return Clock::now();
    }
    throw std::runtime_error{"the end of a call was not stored within 5 s"};
  }

 private:
  bool has_ended(const std::string& call_id) {
    std::string id;
    std::int64_t call = 0;
    std::int64_t leg = 0;
    const bool found = newest_.step();
    if (found) newest_.read(id, call, leg);
    newest_.reset();
    return found && id == call_id && call == static_cast<std::int64_t>(CallState::ended) &&
           leg == static_cast<std::int64_t>(LegState::pushed);
  }

  proxy::store::Connection connection_;
  proxy::store::Statement newest_;
};

struct Delays {
  std::vector<double> register_to_ok, ok_to_invite, register_to_invite;
  std::vector<double> late_register_to_ok, late_register_to_invite, late_ok_to_invite;
  std::vector<double> cancel_to_final, final_to_durable, cancel_to_durable;
};

void wait_for(Run& run, const std::function<bool()>& done, const char* what) {
  if (!run.until(done, 8s)) throw std::runtime_error{std::string{"waited in vain for "} + what};
}

/// The phone comes while it is called.
void wake_in_time(Sleepers& sleepers, Sleeper& s, Delays& delays) {
  Run& run = sleepers.run();
  sleepers.wake(s);
  wait_for(
      run, [&] { return s.taken() && s.register_ok_at != Time{}; }, "the INVITE");
  delays.register_to_ok.push_back(ms_between(s.registered_at, s.register_ok_at));
  delays.ok_to_invite.push_back(ms_between(s.register_ok_at, s.taken()->invite_at));
  delays.register_to_invite.push_back(ms_between(s.registered_at, s.taken()->invite_at));
  wait_for(
      run, [&] { return s.caller.phone_rang_at != Time{}; }, "the 180");
  sleepers.cancel(s);
}

/// The caller gives up first.
void wake_late(Sleepers& sleepers, Sleeper& s, Committed* committed, Delays& delays) {
  Run& run = sleepers.run();
  sleepers.cancel(s);
  wait_for(
      run, [&] { return s.caller.final_at != Time{}; }, "the 487");
  delays.cancel_to_final.push_back(ms_between(s.caller.cancel_sent_at, s.caller.final_at));
  if (committed) {
    const Time durable = committed->wait_for_end(s.call_id);
    delays.final_to_durable.push_back(ms_between(s.caller.final_at, durable));
    delays.cancel_to_durable.push_back(ms_between(s.caller.cancel_sent_at, durable));
  }
  sleepers.wake(s);
  wait_for(
      run, [&] { return s.taken() && s.register_ok_at != Time{}; }, "the late INVITE");
  delays.late_register_to_ok.push_back(ms_between(s.registered_at, s.register_ok_at));
  delays.late_ok_to_invite.push_back(ms_between(s.register_ok_at, s.taken()->invite_at));
  delays.late_register_to_invite.push_back(ms_between(s.registered_at, s.taken()->invite_at));
}

}  // namespace

nlohmann::ordered_json run_delays(Run& run, const Options& options, Pushes& pushes) {
  Sleepers sleepers{run, options, pushes};
  sleepers.put_to_sleep();
  std::unique_ptr<Committed> committed;
  if (!options.database.empty()) committed = std::make_unique<Committed>(options.database);
  const auto before = run.read(Memory::read);
  Delays delays;
  for (std::size_t i = 0; i < sleepers.all().size(); ++i) {
    Sleeper& s = sleepers.all()[i];
    sleepers.call(s);
    wait_for(
        run, [&] { return s.is_held(); }, "the push");
    if (i % 2 == 0)
      wake_in_time(sleepers, s, delays);
    else
      wake_late(sleepers, s, committed.get(), delays);
    wait_for(
        run, [&] { return s.phone.is_done() && s.caller.final_at != Time{}; }, "the end");
  }
  const Time finished = Clock::now();
  sleepers.see_out(options.timeout);
  for (Sleeper& s : sleepers.all()) sleepers.judge(s);
  auto out = run.result(before, finished);
  sleepers.report(out);
  report_times(out, "held_register_to_200", delays.register_to_ok);
  report_times(out, "held_200_to_invite", delays.ok_to_invite);
  report_times(out, "held_register_to_invite", delays.register_to_invite);
  report_times(out, "late_register_to_200", delays.late_register_to_ok);
  report_times(out, "late_200_to_invite", delays.late_ok_to_invite);
  report_times(out, "late_register_to_invite", delays.late_register_to_invite);
  report_times(out, "cancel_to_487", delays.cancel_to_final);
  report_times(out, "487_to_durable", delays.final_to_durable);
  report_times(out, "cancel_to_durable", delays.cancel_to_durable);
  return out;
}

}  // namespace bench
