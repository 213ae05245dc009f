#include "proxy/core/push/webhook.hpp"
#include "tests/sim/watch.hpp"

namespace test::sim {

namespace {
constexpr std::string_view opening = "Missed call from ";

/// As the text says it: to the second.
std::string time_of(const Incoming& call) {
  const auto text = proxy::push::rfc3339(call.arrived_wall);
  return " at " + text.substr(0, text.find('.')) + "Z";
}
}  // namespace

/// What the server itself writes is of missed calls; all other texts are somebody's. Two calls of
/// one second cannot be told apart.
void Watch::text_left(const Sight& sight) {
  const auto body = sight.message.body();
  if (!body.starts_with(opening)) return;
  tally_.count(Manner::told_of_missed_call);
  const Ring* meant = nullptr;
  std::size_t candidates = 0;
  for (const auto& ring : book_.rings)
    if (ring.device == sight.party && body.ends_with(time_of(book_.calls[ring.call]))) {
      meant = &ring;
      ++candidates;
    }
  // A leg is stored as pushed before its push leaves; the process may die in between.
  const bool died = std::ranges::any_of(book_.calls, [&](const Incoming& call) {
    return call.over == Over::crashed && body.ends_with(time_of(call));
  });
  if (candidates == 0 && !jumped_ && !died)
    return fail("missed call", name(sight.party) + " was told of a call it was never asked for");
  if (candidates == 1) check_missed(*meant, sight.parked, sight.asked);
}

/// A missed-call notice goes to who was asked to wake, has heard nothing of the call, and only when
/// nobody took it, after its end.
void Watch::check_missed(const Ring& ring, bool parked, sip::Duration asked) {
  const auto& call = book_.calls[ring.call];
  const auto who = name(ring.device) + " was told of " + call.call_id;
  const auto before = [&](const Fact& fact) {
    return fact && (parked ? *fact.at < asked : *fact.at <= asked);
  };
  if (settings_.late_call.missed_push == proxy::Settings::MissedPush::off)
    fail("missed call", who + ", which nobody wants");
  if (call.over == Over::no && !call.unsure) fail("missed call", who + ", which still rings");
  if (store_failed_ && crashed_) return;
  if (call.over == Over::answered && !call.blurred)
    fail("missed call", who + ", which somebody took");
  if (!ring.pushed && call.over != Over::crashed)
    fail("missed call", who + " and was never asked to wake");
  if (before(ring.rang)) fail("missed call", who + " and had rung");
  if (before(ring.answered)) fail("missed call", who + " and had answered");
  if (before(ring.declined)) fail("missed call", who + " and had declined");
  if (ring.late_done > 0 && !ring.blurred) fail("missed call", who + " after its late call");
}

}  // namespace test::sim
