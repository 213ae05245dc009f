#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/cast.hpp"
#include "tests/sim/gateway.hpp"
#include "tests/sim/handset.hpp"
#include "tests/sim/setting.hpp"
#include "tests/sim/switchboard.hpp"
#include "tests/sim/watch.hpp"
#include "tests/sim/weather.hpp"

namespace test::sim {

/// One run: who plays, what they do and when, all from one seed.
class Stage {
 public:
  Stage(std::uint64_t seed, Tally& tally, Reach& reach);
  Stage(Stage&&) = delete;

  World& world() { return world_; }
  Watch& watch() { return watch_; }
  /// From the first registration until nothing can happen any more.
  void play();

 private:
  void set_up();
  void set_up_switchboard();
  void set_up_trunk();
  void check_set_up();
  void register_all();
  void plan_calls();
  void plan_call(sip::Duration at);
  void plan_fork(sip::Duration at);
  void coincide(std::size_t user, sip::Duration at);
  void plan_whims();
  void plan_disasters();
  CallPlan choose_plan(std::size_t user);
  sip::Duration choose_time();
  Handset& some_handset();

  Dice dice_;
  Dice rare_;   ///< of what few runs have
  Dice turns_;  ///< of how calls go on
  Tally& tally_;
  proxy::Settings settings_;
  Weather weather_;
  World world_;
  Watch watch_;
  Setting setting_;
  Setting outside_;  ///< of the gateways
  Switchboard board_;
  std::vector<std::unique_ptr<Gateway>> gateways_;
  std::vector<std::unique_ptr<Handset>> handsets_;
  std::vector<std::size_t> user_of_;
  std::vector<std::unique_ptr<Caller>> callers_;
  std::unique_ptr<Caller> pbx_;
  std::size_t users_{0};
  bool disasters_{false};
};

}  // namespace test::sim
