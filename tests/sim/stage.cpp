#include "tests/sim/stage.hpp"

#include <algorithm>

namespace test::sim {

using namespace std::chrono_literals;

namespace {

constexpr sip::Duration first_call = 8s;
constexpr sip::Duration last_call = 75s;
constexpr sip::Duration storm_end = 150s;
/// Makes of a seed the seed of how calls go on: one with which the runs that were kept before there
/// was any of it have none.
constexpr std::uint64_t turns_salt = 950ULL << 40;
/// Longer than Timer C, Timer B, every window and every talk together.
constexpr sip::Duration quiet = 10min;

}  // namespace

Stage::Stage(std::uint64_t seed, Tally& tally, Reach& reach)
    : dice_{seed},
      rare_{~seed},
      turns_{seed ^ turns_salt},
      tally_{tally},
      settings_{choose_settings(dice_, rare_)},
      weather_{choose_climate(dice_), dice_, tally},
      world_{settings_, weather_, seed},
      watch_{world_, settings_, tally, reach},
      setting_{world_, dice_, tally, dice_.percent(40)},
      outside_{world_, turns_, tally, setting_.well_behaved} {
  set_up();
}

void Stage::set_up() {
  world_.observe(&watch_);
  const auto account = [this](const std::string& user) {
    world_.admin(
        proxy::AddUser{user + "@" + std::string{domain}, std::string{password}, {}, {}, {}});
  };
  for (auto& part : choose_devices(dice_, rare_)) {
    if (part.user == users_) {
      account(part.config.user);
      ++users_;
    }
    Device device;
    device.user = part.user;
    device.mobile = part.kind == Handset::Kind::mobile;
    device.eligible = gets_late_calls(part.config, settings_.late_call);
    watch_.add_device(static_cast<PartyId>(part.config.number), device);
    user_of_.push_back(part.user);
    handsets_.push_back(std::make_unique<Handset>(setting_, std::move(part.config), part.kind));
  }
  const auto caller = [&](const std::string& name, int number, bool has_account) {
    PhoneConfig config;
    config.name = config.user = name;
    config.number = number;
    if (has_account) config.password = password;
    config.transport = dice_.percent(60) ? sip::Transport::udp : sip::Transport::tcp;
    config.user_agent = "Caller/1.0";
    return std::make_unique<Caller>(setting_, std::move(config));
  };
  for (int i = 0; i < 2; ++i) {
    callers_.push_back(caller("c" + std::to_string(i), first_caller_number + i, true));
    account("c" + std::to_string(i));
  }
  pbx_ = caller("pbx", pbx_number, false);
  set_up_switchboard();
  const auto handset_of = [this](const proxy::Push& push) -> Handset* {
    const auto at = push.body.find("\"prid\":\"TOK-");
    if (at == std::string::npos) return nullptr;
    return handsets_.at(std::stoul(push.body.substr(at + 12, 2)) - 1).get();
  };
  weather_.on_push(
      [this, handset_of](const proxy::Push& push, sip::Duration after) {
        auto* handset = handset_of(push);
        if (handset == nullptr) return;
        if (push.body.find("\"event\":\"missed\"") != std::string::npos)
          return tally_.count(Manner::reads_missed_call);
        const auto at = push.body.find("\"call_id\":\"") + 11;
        world_.after(after, [handset, id = push.body.substr(at, push.body.find('"', at) - at)] {
          handset->woken(id);
        });
      },
      [handset_of](const proxy::Push& push) {
        const auto* handset = handset_of(push);
        return handset != nullptr &&
               push.body.find("\"prid\":\"" + handset->token() + "\"") == std::string::npos;
      });
}

void Stage::play() {
  world_.run_until(1s);
  check_set_up();
  register_all();
  plan_calls();
  plan_whims();
  plan_disasters();
  const auto& climate = weather_.climate();
  watch_.expect_exactly(setting_.well_behaved && climate.network_is_good() &&
                        climate.store_is_good() && climate.process_lives() && !disasters_);
  world_.run_until(5s);
  weather_.begin();
  world_.run_until(storm_end);
  weather_.clear_up();
  world_.run_until(storm_end + quiet);
  for (std::size_t i = 0; i < handsets_.size(); ++i)
    if (handsets_[i]->failed()) watch_.excuse(i + 1);
  watch_.finish();
}

void Stage::register_all() {
  for (auto& handset : handsets_)
    handset->begin(dice_.between(0ms, 2s), dice_.percent(75) ? dice_.between(2s, 5s) : 100s);
}

sip::Duration Stage::choose_time() {
  const auto at = dice_.between(first_call, last_call);
  return dice_.percent(50) ? std::chrono::floor<std::chrono::seconds>(at) : at;
}

CallPlan Stage::choose_plan(std::size_t user) {
  CallPlan plan;
  plan.to = "u" + std::to_string(user) + "@" + std::string{domain};
  if (dice_.percent(65))
    plan.patience = dice_.percent(50) ? dice_.between(1, 20) * 1000ms : dice_.between(100ms, 30s);
  if (dice_.percent(20))
    plan.cancel_reason =
        dice_.percent(50) ? "SIP;cause=200;text=\"Call completed elsewhere\"" : "Q.850;cause=26";
  if (dice_.percent(6)) plan.expires = dice_.between(1, 20);
  plan.wants_100rel = dice_.percent(4);
  plan.probes_early = dice_.percent(8);
  plan.acks_in_the_transaction = dice_.percent(5);
  plan.talk = dice_.percent(80) ? dice_.between(500ms, 20s) : 0s;
  return plan;
}

void Stage::plan_calls() {
  const int calls = dice_.between(3, 7);
  for (int i = 0; i < calls; ++i) {
    const auto at = choose_time();
    if (dice_.percent(12))
      plan_fork(at);
    else
      plan_call(at);
  }
}

void Stage::plan_call(sip::Duration at) {
  const auto user = dice_.below(users_);
  auto plan = choose_plan(user);
  plan.to = choose_callee(turns_, board_, "u" + std::to_string(user)) + "@" + std::string{domain};
  const bool by_pbx = dice_.percent(40);
  auto* caller = by_pbx ? pbx_.get() : callers_[dice_.below(callers_.size())].get();
  if (by_pbx) tally_.count(Manner::pbx_dials_extensions);
  world_.after(at - world_.elapsed(), [caller, plan] { caller->dial(plan); });
  coincide(user, at);
  if (plan.patience) {
    coincide(user, at + *plan.patience);
    coincide(user, at + *plan.patience + settings_.late_call.window);
  }
  coincide(user, at + settings_.wake.timeout);
}

/// One call to several users at once, as the same call.
void Stage::plan_fork(sip::Duration at) {
  tally_.count(Manner::pbx_forks);
  const auto id = "fork-" + std::to_string(dice_.below(1'000'000));
  const auto first = choose_plan(0);
  const bool same_tag = dice_.percent(50);
  const std::size_t count = std::min<std::size_t>(users_, 1 + dice_.below(4));
  for (std::size_t user = 0; user < count; ++user) {
    CallPlan plan = first;
    plan.to = "u" + std::to_string(user) + "@" + std::string{domain};
    // Where calls go on, two of one Call-ID may meet at a phone, and nobody could tell them apart.
    plan.call_id = board_.on ? id + "-" + std::to_string(user) : id;
    if (same_tag) plan.from_tag = id;
    world_.after(at - world_.elapsed(), [this, plan] { pbx_->dial(plan); });
  }
}

/// A device of the callee says that it is there at this very instant.
void Stage::coincide(std::size_t user, sip::Duration at) {
  if (!dice_.percent(12)) return;
  std::vector<Handset*> of_user;
  for (std::size_t i = 0; i < handsets_.size(); ++i)
    if (user_of_[i] == user) of_user.push_back(handsets_[i].get());
  tally_.count(Manner::coincides);
  world_.after(at - world_.elapsed(),
               [handset = of_user[dice_.below(of_user.size())]] { handset->open_app(); });
}

Handset& Stage::some_handset() { return *handsets_[dice_.below(handsets_.size())]; }

/// What users do by chance.
void Stage::plan_whims() {
  for (int texts = dice_.percent(25) ? dice_.between(1, 2) : 0; texts > 0; --texts) {
    const auto to = "u" + std::to_string(dice_.below(users_)) + "@" + std::string{domain};
    world_.after(choose_time() - world_.elapsed(),
                 [caller = callers_.front().get(), to] { caller->send_text(to); });
  }
  const auto plan = [this](int percent, auto what) {
    if (!dice_.percent(percent)) return;
    auto& handset = some_handset();
    world_.after(choose_time() - world_.elapsed(), [&handset, what] { what(handset); });
  };
  plan(40, [](Handset& h) { h.open_app(); });
  plan(25, [](Handset& h) { h.open_app(); });
  plan(15, [](Handset& h) { h.change_token(); });
  if (setting_.well_behaved) return;
  plan(12, [](Handset& h) { h.unregister(); });
  plan(20, [](Handset& h) { h.lose_flow(true); });
  plan(20, [](Handset& h) { h.lose_flow(false); });
}

void Stage::plan_disasters() {
  if (dice_.percent(12)) {
    disasters_ = true;
    for (int i = dice_.between(1, 3); i > 0; --i)
      world_.after(choose_time() + dice_.between(0ms, 20s) - world_.elapsed(), [this] {
        tally_.count(Fault::crash_at_any_time);
        world_.restart();
      });
  }
  if (dice_.percent(12)) {
    static constexpr sip::Duration jumps[] = {1s, 7s, 40s, 10min, 3h};
    for (int i = dice_.between(1, 2); i > 0; --i) {
      const bool forward = dice_.percent(50);
      // Not so far that phones are forgotten for it.
      const auto by = std::min<sip::Duration>(dice_.pick(jumps), settings_.device.forget_after / 4);
      world_.after(choose_time() - world_.elapsed(), [this, forward, by] {
        tally_.count(forward ? Fault::clock_forward : Fault::clock_backward);
        watch_.clock_jumped();
        world_.jump(forward ? by : -by);
      });
    }
  }
}

}  // namespace test::sim
