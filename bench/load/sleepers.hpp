#pragma once
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <unordered_map>

#include "bench/load/phone.hpp"
#include "bench/load/pushes.hpp"
#include "bench/load/run.hpp"

namespace bench {

/// What the caller of one call heard, and when the kernel had it.
struct CallerSaw {
  Time provisional_at{};
  Time phone_rang_at{};  ///< a 1xx with the phone's tag
  Time cancel_sent_at{};
  Time cancel_ok_at{};
  Time final_at{};
  int final{0};
  std::string final_tag;
  unsigned finals{0};  ///< that differ in status or tag
};

/// One phone that sleeps, and the one call it is woken for.
struct Sleeper {
  Sleeper(Agenda& agenda, unsigned number) : user{number}, phone{agenda} {}

  unsigned user;
  Asleep how{Asleep::expired};
  Phone phone;
  Socket* socket{nullptr};
  std::string call_id;
  std::string reason;  ///< what its caller's CANCEL says
  CallerSaw caller;
  Time pushed_at{};
  Time registered_at{};   ///< its REGISTER with credentials left
  Time register_ok_at{};  ///< its 200 was here
  bool fenced{false};
  bool expected{true};              ///< false: no call is as good as one
  std::vector<std::string> faults;  ///< besides those that judge() finds

  bool is_held() const { return pushed_at != Time{} && caller.provisional_at != Time{}; }
  bool is_served() const { return phone.is_done() || (!expected && phone.rings().empty()); }
  const Ring* taken() const;
};

/// Phones that sleep and callers that call them, one call each; what happened is judged at the end.
class Sleepers {
 public:
  Sleepers(Run& run, const Options& options, Pushes& pushes);

  std::deque<Sleeper>& all() { return all_; }
  Run& run() { return run_; }

  /// Registers every phone and puts it to sleep.
  void put_to_sleep();
  void call(Sleeper& sleeper);
  /// Calls all of them, so many at a time, and waits until each call is held, or until this many
  /// have been pushed.
  void hold_all(unsigned window, std::size_t enough_pushes = SIZE_MAX);
  void cancel(Sleeper& sleeper);
  void wake(Sleeper& sleeper);
  /// All wake and register at one instant; the time the REGISTERs took to leave.
  Clock::duration wake_at_one_instant();
  /// Registers once more and asks for OPTIONS after its 200: when that is answered, whatever the
  /// REGISTER brought has come too.
  void fence(Sleeper& sleeper);
  /// Waits until each phone has had its call and has been fenced, or its time is over.
  void see_out(std::chrono::duration<double> time);

  /// Counts what happened to this phone and its caller, and what should not have.
  void judge(Sleeper& sleeper);
  /// Counts of all that was judged.
  void report(nlohmann::ordered_json& out) const;

 private:
  Socket& open_socket(Sleeper& sleeper, const std::string& ip);
  void open_eyes(Sleeper& sleeper);
  void come(Sleeper& sleeper);
  std::string contact_params(unsigned user) const;
  void register_phone(Sleeper& sleeper, unsigned expires, bool reuse_nonce,
                      std::function<void(const Operation&)> then);
  void hear(const sip::Message& response, const Socket& socket);

  Run& run_;
  const Options& options_;
  std::deque<Sleeper> all_;
  std::unordered_map<std::string, Sleeper*> by_call_id_;
  std::mt19937 random_;
  std::size_t pushed_{0};
  unsigned failed_{0};
  std::map<std::string, unsigned> faults_;
  std::map<std::string, unsigned> outcomes_;
};

/// p50, p99 and max under these names.
void report_times(nlohmann::ordered_json& out, const std::string& name,
                  const std::vector<double>& ms);

}  // namespace bench
