#include "bench/load/sleepers.hpp"

// A phone's REGISTER and its caller's CANCEL leave in the same instant, in random order.

namespace bench {
namespace {

using namespace std::chrono_literals;

constexpr auto apart_max = 2'000us;
constexpr auto think_max = 2'000us;
constexpr auto start_max = 20'000us;
constexpr auto patience = 8s;  ///< a phone that nobody calls in this time is not called

/// Plays rounds, many at a time, each with a phone of its own.
class Races {
 public:
  Races(Sleepers& sleepers, const Options& options)
      : sleepers_{sleepers}, window_{options.window}, random_{options.seed} {}

  void play() {
    auto& all = sleepers_.all();
    sleepers_.run().until(
        [&] {
          while (next_ < all.size() && rounds_.size() < window_) {
            Sleeper& s = all[next_++];
            sleepers_.call(s);
            rounds_.push_back({&s, Phase::calling, Clock::now() + patience});
          }
          for (Round& round : rounds_) advance(round);
          std::erase_if(rounds_, [](const Round& r) { return r.phase == Phase::over; });
          return rounds_.empty() && next_ == all.size();
        },
        std::chrono::hours{1});
  }

  nlohmann::ordered_json report() const {
    nlohmann::ordered_json out;
    report_times(out, "apart", apart_);
    out["register_first"] = register_first_;
    return out;
  }

 private:
  enum class Phase : std::uint8_t { calling, racing, fencing, over };
  struct Round {
    Sleeper* sleeper;
    Phase phase;
    Time deadline;
  };

  Clock::duration up_to(std::chrono::microseconds most) {
    return std::chrono::microseconds{
        std::uniform_int_distribution<std::int64_t>{0, most.count()}(random_)};
  }

  void race(Sleeper& s) {
    const bool register_first = random_() % 2 == 0;
    s.phone.think(random_() % 2 == 0 ? Clock::duration{} : up_to(think_max), random_() % 2 == 0);
    const Time begin = Clock::now() + up_to(start_max);
    const Time then = begin + up_to(apart_max);
    auto& agenda = sleepers_.run().agenda();
    agenda.at(register_first ? begin : then, [this, &s] { sleepers_.wake(s); });
    agenda.at(register_first ? then : begin, [this, &s] { sleepers_.cancel(s); });
  }

  void advance(Round& round) {
    Sleeper& s = *round.sleeper;
    const Time now = Clock::now();
    const bool timed_out = now >= round.deadline;
    switch (round.phase) {
      case Phase::calling:
        if (timed_out) {
          s.faults.emplace_back("the call was not held");
          round.phase = Phase::over;
        } else if (s.is_held()) {
          race(s);
          enter(round, Phase::racing);
        }
        break;
      case Phase::racing: {
        const bool done = s.caller.final_at != Time{} && s.caller.cancel_ok_at != Time{} &&
                          s.register_ok_at != Time{} && s.phone.is_done();
        if (!done && !timed_out) break;
        if (!s.phone.is_done()) s.faults.emplace_back("no call came by itself");
        note_race(s);
        sleepers_.fence(s);
        enter(round, Phase::fencing);
        break;
      }
      case Phase::fencing:
        if (s.fenced || timed_out) round.phase = Phase::over;
        break;
      case Phase::over:
        break;
    }
  }

  void note_race(const Sleeper& s) {
    const double apart = ms_between(s.registered_at, s.caller.cancel_sent_at);
    apart_.push_back(std::abs(apart));
    register_first_ += apart > 0 ? 1 : 0;
  }

  static void enter(Round& round, Phase phase) {
    round.phase = phase;
    round.deadline = Clock::now() + patience;
  }

  Sleepers& sleepers_;
  unsigned window_;
  std::mt19937 random_;
  std::vector<Round> rounds_;
  std::size_t next_{0};
  std::vector<double> apart_;
  unsigned register_first_{0};
};

}  // namespace

nlohmann::ordered_json run_races(Run& run, const Options& options, Pushes& pushes) {
  Sleepers sleepers{run, options, pushes};
  sleepers.put_to_sleep();
  const auto before = run.read(Memory::read);
  Races races{sleepers, options};
  races.play();
  const Time finished = Clock::now();
  run.idle(options.settle);  // what an old branch may still bring by its timer
  std::vector<double> to_invite, late_to_invite;
  for (Sleeper& s : sleepers.all()) {
    if (s.caller.final != 487) s.faults.emplace_back("the caller got no 487");
    if (s.caller.cancel_ok_at == Time{}) s.faults.emplace_back("CANCEL got no 200");
    if (!s.fenced) s.faults.emplace_back("REGISTER after the call was not answered");
    sleepers.judge(s);
    if (const Ring* ring = s.taken())
      (ring->kind == Ring::Kind::late ? late_to_invite : to_invite)
          .push_back(ms_between(s.registered_at, ring->invite_at));
  }
  auto out = run.result(before, finished);
  sleepers.report(out);
  out.update(races.report());
  report_times(out, "register_to_real_invite", to_invite);
  report_times(out, "register_to_late_invite", late_to_invite);
  return out;
}

}  // namespace bench
