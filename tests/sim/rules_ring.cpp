#include <algorithm>

#include "tests/sim/watch.hpp"

namespace test::sim {

using namespace std::chrono_literals;

namespace {
constexpr sip::Duration mute_patience = 1s;  ///< an unanswered branch is left alone that long
constexpr sip::Duration late_silence = 4s;   ///< and a late call that long
}  // namespace

bool Watch::is_registered(const Device& device) const {
  return device.now && !device.now->gone() && world_.elapsed() < device.now->until;
}

/// A new INVITE goes to the newest registered contact of the device, on its flow, and nowhere else.
void Watch::check_contact(const Sight& sight) {
  const auto& now = book_.devices[sight.party].now;
  // A full disk does not stop ringing: what waited for a commit that failed leaves all the same.
  // And a REGISTER may have been committed though its 200 died with the process.
  const bool asked_for = std::ranges::any_of(registering_, [&](const auto& entry) {
    return entry.second.party == sight.party && entry.second.flow == sight.flow &&
           !entry.second.removes;
  });
  if ((store_failed_ || crashed_) && asked_for) return;
  const auto text = name(sight.party) + " got an INVITE on " + sip::to_string(sight.flow);
  if (!now) return fail("registered contacts only", text + " and has never registered");
  if (now->flow != sight.flow)
    return fail("registered contacts only",
                text + " and is registered on " + sip::to_string(now->flow));
  if (now->gone_at && *now->gone_at < sight.asked)
    fail("registered contacts only", text + ", which has gone at " + seconds(*now->gone_at));
  if (now->until < sight.asked && !jumped_)
    fail("registered contacts only", text + ", which has expired at " + seconds(now->until));
}

/// Promise 1: a device gets each call at most once while it rings. Another INVITE may follow one
/// that the device has not answered, when that is a second old or its flow is closed, or one that
/// did not reach it.
void Watch::check_once(const Ring& ring, const Sight& sight) {
  const auto& call = book_.calls[ring.call];
  const auto text = name(sight.party) + " got " + call.call_id + " again: ";
  const bool parked = sight.parked;
  const bool at_this_instant = call.expires && *call.expires == sight.asked;
  if (call.over != Over::no && !parked && !at_this_instant)
    fail("promise 1", name(sight.party) + " got a ringing INVITE of " + call.call_id +
                          ", which was over at " + seconds(call.over_at));
  for (const auto& old : ring.attempts) {
    if (ring.left && old.sent <= *ring.left) continue;
    if (old.late) {
      fail("promise 1", text + "it had a late call before");
      continue;
    }
    if (old.not_reached()) continue;
    // 482: it had the call on another branch, for as long as that lived.
    if (old.final_status == 482) {
      const bool elsewhere = std::ranges::any_of(ring.attempts, [&](const Attempt& a) {
        return !a.late && a.sent < old.sent && a.final_status == 0 && is_alive(a);
      });
      if (!elsewhere) continue;
    }
    const bool dead = old.dead_at && *old.dead_at <= sight.asked;
    if (old.heard()) {
      const auto heard = old.provisional_at ? *old.provisional_at : *old.final_at;
      const bool decided_before = parked && heard >= sight.asked;
      const bool only_trying = old.provisional <= 100 && old.final_status == 0;
      if (!decided_before && !(dead && only_trying))
        fail("promise 1", text + "it had answered the branch of " + seconds(old.sent));
      continue;
    }
    if (dead || !is_alive(old)) continue;
    if (old.flow == sight.flow && &old == &ring.attempts.back()) {
      fail("promise 1", text + "its branch on the same flow was under way");
    } else if (sight.asked - old.sent < mute_patience && !store_failed_) {
      fail("promise 1",
           text + "its branch of " + seconds(old.sent) + " was not left alone for 1 s");
    }
  }
}

/// Promises 2 and 3: what a device that comes is owed.
void Watch::device_came(PartyId device, const sip::Flow& flow, sip::Duration came) {
  if (book_.devices[device].unsure || !is_registered(book_.devices[device])) return;
  if (jumped_ && crashed_) return;  // its binding was read by a clock that was wrong
  if (store_failed_ && came <= *store_failed_) return;
  for (auto& ring : book_.rings) {
    if (ring.device != device || !ring.asked || ring.left) continue;
    ring.came = true;
    if (ring.refused) continue;
    auto& call = book_.calls[ring.call];
    if (call.forgotten || (store_failed_ && crashed_)) continue;
    if (call.unsure && call.over == Over::no) continue;
    auto due = world_.elapsed();
    auto kind = Debt::Kind::real;
    if (call.over == Over::no) {
      bool has_it = ring.rang || ring.answered || ring.declined;
      const bool pending = std::ranges::any_of(
          ring.attempts, [&](const Attempt& a) { return !a.heard() && is_alive(a); });
      for (const auto& old : ring.attempts) {
        has_it = has_it || (old.final_status == 482 && pending);
        // What failed after the device had come is not tried again on the same flow.
        has_it = has_it || (old.flow == flow && !old.late && old.dead_at && *old.dead_at >= came);
        // At the very instant of Timer B its branch may still be there when it comes.
        const bool at_timer_b = came - old.asked == 64 * settings_.timers.t1;
        has_it = has_it || (at_timer_b && old.flow == flow && !old.late && !old.heard());
        // Told to stop while the call goes on: its turn in serial forking has passed.
        has_it = has_it || (!old.late && old.heard() && old.cancelled_at);
        if (!is_alive(old) || old.not_reached()) continue;
        has_it = has_it || old.heard() || old.flow == flow;
        if (!old.heard()) due = std::max(due, old.sent + mute_patience);
      }
      if (has_it) continue;
    } else if (came < call.over_at || (call.expires == call.over_at && came == call.over_at)) {
      continue;  // it came in time for the call itself, and only its 200 left late
    } else if (std::ranges::any_of(ring.attempts, [&](const Attempt& a) {
                 return a.late && a.flow == flow && !a.crashed &&
                        came <= a.final_at.value_or(a.asked + late_silence);
               })) {
      continue;  // it had one under way
    } else if (owes_late(ring, came)) {
      kind = Debt::Kind::late;
      // The INVITE of the call itself is left alone as long as while it rang.
      for (const auto& old : ring.attempts)
        if (!old.late && !old.heard() && is_alive(old))
          due = std::max(due, old.sent + mute_patience);
    } else {
      continue;
    }
    debts_.push_back(
        {kind, call.rings.at(device), flow, came, due, ring.late_calls, ring.attempts.size()});
  }
}

bool Watch::is_paid(const Debt& debt) const {
  const auto& ring = book_.rings[debt.ring];
  // A ringing INVITE that waited for its commit leaves though the call is over by then.
  return ring.late_calls > debt.late_calls ||
         std::any_of(ring.attempts.begin() + static_cast<std::ptrdiff_t>(debt.attempts),
                     ring.attempts.end(),
                     [&](const Attempt& a) { return !a.late && a.flow == debt.flow; });
}

/// The debt is overtaken by what happened since.
bool Watch::is_moot(const Debt& debt) const {
  const auto& ring = book_.rings[debt.ring];
  const auto& call = book_.calls[ring.call];
  const auto& device = book_.devices[ring.device];
  if (!is_registered(device) || device.now->flow != debt.flow) return true;
  if (call.forgotten || ring.refused) return true;
  const bool heard = std::ranges::any_of(
      ring.attempts, [&](const Attempt& a) { return !a.late && a.heard() && is_alive(a); });
  if (call.unsure) return true;
  if (debt.kind == Debt::Kind::real) return call.over != Over::no || heard || bool{ring.declined};
  return !owes_late(ring, world_.elapsed());
}

void Watch::check_debts() {
  check_going_on();
  const auto now = world_.elapsed();
  std::erase_if(debts_, [&](Debt& debt) {
    if (is_paid(debt) || is_moot(debt)) return true;
    if (now <= debt.due) return false;
    const auto& ring = book_.rings[debt.ring];
    if (written_ > committed_) return false;  // it waits for its commit
    if (debt.kind == Debt::Kind::late && late_under_way(ring.device)) {
      debt.due = now;  // one after another
      return false;
    }
    const auto& call = book_.calls[ring.call];
    const bool real = debt.kind == Debt::Kind::real;
    fail(real ? "promise 2" : "promise 3",
         name(ring.device) + " was asked to wake for " + call.call_id + " and came at " +
             seconds(debt.came) +
             (real ? ", while it rang, and got no INVITE"
                   : ", in time after its end, and got no late call"));
    return true;
  });
}

}  // namespace test::sim
