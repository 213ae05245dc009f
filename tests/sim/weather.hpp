#pragma once
#include <functional>
#include <string>

#include "tests/sim/dice.hpp"
#include "tests/sim/tally.hpp"
#include "tests/support/chance.hpp"

namespace test::sim {

/// How often things go wrong in one run, per mille.
struct Climate {
  // Network.
  sip::Duration latency{0};
  sip::Duration jitter{0};
  int lost{0};
  int delayed{0};
  int doubled{0};
  int truncated{0};
  int broken{0};
  int unreachable{0};
  bool in_pieces{true};
  // Store.
  sip::Duration commit_time{0};
  int commit_slow{0};
  int commit_failed{0};
  int commit_twice{0};
  // The process.
  int crash_at_commit{0};
  int crash_at_message{0};
  // Push service.
  sip::Duration push_answer{0};
  int push_lost{0};
  int push_late{0};
  int push_doubled{0};
  int push_refused{0};
  int push_failed{0};
  int push_unanswered{0};

  bool network_is_good() const {
    return lost == 0 && delayed == 0 && truncated == 0 && broken == 0 && jitter.count() == 0;
  }
  bool store_is_good() const { return commit_failed == 0 && commit_slow == 0; }
  bool process_lives() const { return crash_at_commit == 0 && crash_at_message == 0; }
};

/// A climate from perfect to wild.
Climate choose_climate(Dice& dice);

/// What the world does to each message, commit and push of a run.
class Weather : public Chance {
 public:
  /// Told when a push gets to its phone.
  using Arrival = std::function<void(const proxy::Push&, sip::Duration after)>;
  /// The service knows a token that is not the phone's any more.
  using IsDead = std::function<bool(const proxy::Push&)>;

  Weather(Climate climate, Dice& dice, Tally& tally)
      : climate_{climate}, dice_{dice}, tally_{tally} {}

  const Climate& climate() const { return climate_; }
  void on_push(Arrival arrival, IsDead is_dead) {
    arrival_ = std::move(arrival);
    is_dead_ = std::move(is_dead);
  }
  /// Nothing goes wrong until it begins, nor once it is over.
  void begin() { clear_ = false; }
  void clear_up() { clear_ = true; }

  Passage message(const Line& line, const std::string& bytes) override;
  Passage delivery(const Line& line, const std::string& bytes) override;
  bool unreachable(const Line& line) override;
  CommitFate commit() override;
  PushAnswer push(const proxy::Push& push, PushAnswer planned) override;
  std::size_t piece(std::size_t left) override;

 private:
  Passage pass(const Line& line, std::size_t size);

  Climate climate_;
  Dice& dice_;
  Tally& tally_;
  Arrival arrival_;
  IsDead is_dead_;
  bool clear_{true};
};

}  // namespace test::sim
