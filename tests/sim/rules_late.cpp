#include <algorithm>

#include "sipstack/base/text.hpp"
#include "tests/sim/watch.hpp"

namespace test::sim {

using namespace std::chrono_literals;
using sip::HeaderName;

namespace {

constexpr int attempts_max = 3;
constexpr sip::Duration silence = 4s;

constexpr std::string_view answered_reason = "SIP;cause=200;text=\"Call completed elsewhere\"";
constexpr std::string_view declined_reason = "SIP;cause=600;text=\"Busy Everywhere\"";

}  // namespace

/// The device registers (or keeps alive) before end + window or push + push_window. What the two
/// clocks see differently is unclear.
Watch::Window Watch::window(const Ring& ring, sip::Duration at, sip::WallTime wall) const {
  const auto& call = book_.calls[ring.call];
  const auto& policy = settings_.late_call;
  // What is stored is read by the clock on the wall.
  if (jumped_ && crashed_) return Window::unclear;
  const auto mono = std::max(call.over_at + policy.window, *ring.pushed_last + policy.push_window);
  const auto by_wall =
      std::max(call.over_wall + policy.window, ring.pushed_wall + policy.push_window);
  // A restart and a second push move the beginning by a little; the edge itself is nobody's.
  const auto slack = call.blurred || ring.blurred || call.unsure ? 20s : 0s;
  if (at < mono - slack && wall < by_wall - slack) return Window::inside;
  if (at > mono + slack && wall > by_wall + slack) return Window::outside;
  return Window::unclear;
}

bool Watch::owes_late(const Ring& ring, sip::Duration came) const {
  const auto& call = book_.calls[ring.call];
  if (!settings_.late_call.enabled || !book_.devices[ring.device].eligible) return false;
  if (call.over == Over::no || call.forgotten || ring.refused) return false;
  if (ring.rang || ring.answered || ring.declined || ring.told || ring.blurred) return false;
  if (!ring.asked || ring.late_calls >= attempts_max) return false;
  for (const auto& old : ring.attempts) {
    // Whoever was told CANCEL, in a late call too, knows.
    if (old.late && old.cancelled_at && !old.crashed) return false;
    // It rang, and is sent no INVITE again; if it was not told CANCEL, the network lost it.
    if (old.late && old.provisional > 100 && !old.crashed) return false;
    // The INVITE that is under way on its flow brings it the end.
    if (!old.late && !old.heard() && is_alive(old) &&
        old.flow == book_.devices[ring.device].now->flow && came - old.sent < 1s)
      return false;
    if (!old.late && old.final_status == 482) return false;  // it says that it has the call
    // Whoever has sent any response has the call, unless its flow closed or it said that it has
    // not.
    if (!old.late && old.heard() && !old.not_reached() && (!old.dead_at || old.crashed))
      return false;
  }
  const auto wall = world_.now().wall - (world_.elapsed() - came);
  return window(ring, world_.elapsed(), world_.now().wall) == Window::inside &&
         window(ring, came, wall) == Window::inside;
}

bool Watch::late_under_way(PartyId device) const {
  for (const auto& ring : book_.rings) {
    if (ring.device != device) continue;
    for (const auto& attempt : ring.attempts) {
      if (!attempt.late || attempt.dead_at || attempt.final_status != 0) continue;
      if (attempt.heard() ? is_alive(attempt) : world_.elapsed() - attempt.asked <= silence)
        return true;
    }
  }
  return false;
}

/// Promises 3 and 4.
void Watch::check_late(const Ring& ring, const Sight& sight) {
  const auto& call = book_.calls[ring.call];
  const auto who = name(sight.party) + " got a late call of " + call.call_id;
  const bool parked = sight.parked;
  const auto before = [&](const Fact& fact) {
    return fact && (parked ? *fact.at < sight.asked : *fact.at <= sight.asked);
  };
  check_late_shape(call, sight);
  // A commit that failed took rows with it, and the process that knew them died: no more is known.
  if (store_failed_ && crashed_) return;
  if (call.over == Over::no && !call.unsure) fail("promise 4", who + ", which still rings");
  // A leg is stored as pushed before its push leaves; the process may die in between.
  if (!ring.pushed && call.over != Over::crashed)
    fail("promise 4", who + " and was never asked to wake");
  const bool heard =
      std::ranges::any_of(ring.attempts, [](const Attempt& a) { return !a.late && a.heard(); });
  if (before(ring.refused) && !heard && !ring.came)
    fail("promise 4", who + " and its push was refused");
  if (before(ring.answered)) fail("promise 4", who + " and had answered it");
  if (before(ring.declined)) fail("promise 4", who + " and had declined it");
  if (before(ring.rang)) fail("promise 4", who + " and had rung");
  if (before(ring.told)) fail("promise 4", who + " and had been told of its end");
  for (const auto& old : ring.attempts)
    if (old.late && old.cancelled_at && !old.crashed && *old.cancelled_at < sight.asked)
      fail("promise 3", who + " after one that was told CANCEL at " + seconds(*old.cancelled_at));
  if (!settings_.late_call.enabled || !book_.devices[sight.party].eligible)
    fail("promise 4", who + " and is no phone that gets any");
  if (ring.late_done > 0 && !ring.blurred && !crashed_)
    fail("promise 3", who + " after it had one");
  if (ring.late_calls >= attempts_max && !store_failed_)
    fail("promise 3", who + ", its attempt " + std::to_string(ring.late_calls + 1));
  const auto& now = book_.devices[sight.party].now;
  if (ring.pushed_last && now &&
      window(ring, now->asked, world_.now().wall - (world_.elapsed() - now->asked)) ==
          Window::outside &&
      window(ring, sight.asked, world_.now().wall) == Window::outside && !jumped_)
    fail("promise 3", who + " after its window");
}

void Watch::check_late_shape(const Incoming& call, const Sight& sight) {
  const auto& m = sight.message;
  const auto same = [&](HeaderName header) {
    if (m.value(header) != call.invite.value(header))
      fail("late call shape", std::string{sip::to_string(header)} + " is " +
                                  std::string{m.value(header)} + " and was " +
                                  std::string{call.invite.value(header)});
  };
  for (const auto header : {HeaderName::call_id, HeaderName::from, HeaderName::to, HeaderName::cseq,
                            HeaderName::p_asserted_identity, HeaderName::content_type})
    same(header);
  if (m.body() != call.invite.body()) fail("late call shape", "another body");
  for (const auto header : {HeaderName::record_route, HeaderName::proxy_authorization,
                            HeaderName::authorization, HeaderName::require, HeaderName::supported})
    if (m.has(header)) fail("late call shape", "has " + std::string{sip::to_string(header)});
  for (const std::string_view header : {"Session-Expires", "Replaces"})
    if (!m.value(header).empty()) fail("late call shape", "has " + std::string{header});
}

/// 200 answered, 600 declined, the caller's own, none if missed.
void Watch::check_late_reason(const Incoming& call, const Sight& sight) {
  // When it expires and is cancelled at one instant, it has ended as either.
  if (call.blurred || call.unsure || (call.expires && *call.expires == call.over_at)) return;
  const auto is = sight.message.value(HeaderName::reason);
  std::string_view wanted;
  if (call.over == Over::answered) wanted = answered_reason;
  if (call.over == Over::declined) wanted = declined_reason;
  if (call.over == Over::cancelled) wanted = call.cancel_reason;
  // "The caller's own", or what it means for a phone: both say that it was answered.
  if (call.over == Over::cancelled && is == answered_reason &&
      (wanted.starts_with("SIP;cause=200") || wanted.starts_with("Q.850;cause=26")))
    return;
  // One device's decline is the call's, when it is what the caller got in the end.
  if (call.over == Over::failed && call.final_status >= 600 && is == declined_reason) return;
  if (is != wanted)
    fail("late call shape",
         "its CANCEL says \"" + std::string{is} + "\" instead of \"" + std::string{wanted} + "\"");
}

/// Promise 3 to the letter, where nothing failed: who was owed a late call has had exactly one.
void Watch::check_completed() {
  for (const auto& ring : book_.rings) {
    if (ring.late_done > 1 && !crashed_ && !store_failed_)
      fail("promise 3", name(ring.device) + " completed " + std::to_string(ring.late_done) +
                            " late calls of " + book_.calls[ring.call].call_id);
    if (!exact_ || excused_[ring.device] || ring.late_calls == 0 || ring.blurred) continue;
    const bool told = std::ranges::any_of(
        ring.attempts, [](const Attempt& a) { return a.cancelled_at.has_value(); });
    // A phone that has moved on is told at its new address, if it comes from there in time.
    const auto& device = book_.devices[ring.device];
    const bool moved = !device.now || device.now->flow != ring.attempts.back().flow;
    if (ring.late_done == 0 && !ring.told && !told && !moved)
      fail("promise 3",
           name(ring.device) + " completed no late call of " + book_.calls[ring.call].call_id);
  }
}

}  // namespace test::sim
