#include "tests/sim/handset.hpp"

namespace test::sim {

using namespace std::chrono_literals;

Handset::Handset(Setting& setting, PhoneConfig config, Kind kind)
    : Caller{setting, std::move(config)}, kind_{kind} {}

void Handset::begin(sip::Duration at, sip::Duration sleeps_after) {
  auto& world = setting().world;
  world.after(at, [this] { register_now(); });
  if (kind_ == Kind::mobile) world.after(at + sleeps_after, [this] { fall_asleep(); });
}

void Handset::go_on(sip::Duration delay, void (Handset::*what)()) {
  setting().world.after(delay, [this, what, life = life_] {
    if (life == life_ && !asleep()) (this->*what)();
  });
}

void Handset::fall_asleep() {
  if (asleep()) return;
  ++life_;
  setting().tally.count(Manner::falls_asleep);
  // What is suspended hears nothing; a connection may look open for long.
  if (setting().dice.percent(60))
    mute();
  else
    sleep();
}

void Handset::woken(const std::string& call_id) {
  auto& dice = setting().dice;
  auto& tally = setting().tally;
  pushed_.emplace(call_id, setting().world.elapsed());
  if (away_) return;
  if (never_comes_ || (!setting().well_behaved && dice.percent(4))) {
    tally.count(Manner::never_comes);
    never_comes_ = true;
    failed_ = true;
    return;
  }
  if (!asleep()) {
    // Awake already: some say so again.
    if (dice.percent(50)) come();
    return;
  }
  ++life_;
  started_at_ = setting().world.elapsed();
  come();
  if (!setting().well_behaved && dice.percent(3)) {
    failed_ = true;
    tally.count(Manner::loses_flow);
    go_on(dice.between(0ms, 3s), &Handset::fall_asleep);
  } else {
    go_on(dice.between(45s, 120s), &Handset::fall_asleep);
  }
}

void Handset::open_app() {
  if (away_ || never_comes_) return;
  setting().tally.count(Manner::opens_by_chance);
  if (asleep()) {
    ++life_;
    started_at_ = setting().world.elapsed();
    go_on(setting().dice.between(45s, 120s), &Handset::fall_asleep);
  }
  come();
}

void Handset::come() {
  auto& dice = setting().dice;
  auto& tally = setting().tally;
  const bool believes = registered_ && dice.percent(20);
  if (believes) {
    // It believes that it is registered: no REGISTER, only a sign of life where it was.
    tally.count(Manner::keep_alive_only);
    wake();
    setting().world.keep_alive(current_line());
    if (dice.percent(50)) go_on(dice.between(300ms, 4s), &Handset::come_by_register);
    return;
  }
  come_by_register();
}

void Handset::come_by_register() {
  auto& dice = setting().dice;
  auto& tally = setting().tally;
  old_contact_ = contact_uri();
  const bool new_address = dice.percent(60);
  tally.count(new_address ? Manner::from_new_address : Manner::from_old_address);
  if (new_address)
    move();
  else
    wake();
  const int way = dice.between(1, 100);
  if (way <= 60 || kind_ == Kind::desk) return register_now();
  if (way <= 72) return register_thrice(false);
  if (way <= 84) return register_thrice(true);
  if (way <= 95) return register_two_contacts();
  return register_damaged();
}

void Handset::register_now() {
  if (asleep()) wake();
  setting().tally.count(kind_ == Kind::desk ? Manner::desk_alive : Manner::registers_once);
  registered_ = true;
  send(register_draft());
}

/// Three REGISTERs within a second: other Call-IDs, the same instance, one with a damaged token.
void Handset::register_thrice(bool new_sockets) {
  setting().tally.count(new_sockets ? Manner::thrice_on_new_sockets : Manner::registers_thrice);
  registered_ = true;
  send(register_draft());
  const auto gap = setting().dice.percent(30) ? 0ms : setting().dice.between(1ms, 500ms);
  for (int i = 1; i <= 2; ++i)
    setting().world.after(i * gap, [this, i, new_sockets, life = life_] {
      if (life != life_ || asleep()) return;
      if (new_sockets) move();
      if (i == 1 && setting().dice.percent(50)) return register_damaged();
      auto draft = register_draft();
      draft.set("Call-ID", "other-" + std::to_string(++others_) + config().name);
      send(std::move(draft));
    });
}

void Handset::register_damaged() {
  if (can_be_pushed()) {
    setting().tally.count(Manner::damaged_token);
    auto draft = register_draft();
    const auto good = std::string{draft.value("Contact")};
    const auto at = good.find(config().prid);
    draft.set("Contact", good.substr(0, at + 6) + good.substr(at + config().prid.size()));
    draft.set("Call-ID", "damaged-" + std::to_string(++others_) + config().name);
    send(std::move(draft));
  }
  go_on(setting().dice.between(0ms, 900ms), &Handset::register_now);
}

/// A network change: the old contact goes in the same REGISTER that brings the new one.
void Handset::register_two_contacts() {
  setting().tally.count(Manner::two_contacts);
  registered_ = true;
  auto draft = register_draft();
  draft.add("Contact", "<" + old_contact_ + ">;expires=0");
  send(std::move(draft));
}

void Handset::unregister() {
  if (away_ || asleep()) return;
  setting().tally.count(Manner::unregisters);
  away_ = true;
  registered_ = false;
  failed_ = true;
  auto draft = register_draft();
  draft.set("Contact", contact(true) + ";expires=0");
  send(std::move(draft));
}

void Handset::change_token() {
  if (!can_be_pushed() || never_comes_ || away_) return;
  setting().tally.count(Manner::changes_token);
  config().prid =
      config().prid.substr(0, config().prid.find('~')) + "~" + std::to_string(++others_);
  if (asleep()) {
    ++life_;
    wake();
    go_on(30s, &Handset::fall_asleep);
  }
  register_now();
}

void Handset::lose_flow(bool seen) {
  if (asleep()) return;
  setting().tally.count(kind_ == Kind::desk ? Manner::desk_dead : Manner::loses_flow);
  failed_ = true;
  if (seen)
    sleep();
  else
    mute();
}

void Handset::closed(LineId line) {
  Caller::closed(line);
  if (asleep() || away_ || !registered_) return;
  // Awake and cut off: it registers again.
  go_on(setting().dice.between(100ms, 3s), &Handset::register_now);
}

}  // namespace test::sim
