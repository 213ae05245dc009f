#include "tests/sim/watch.hpp"

namespace test::sim {

/// Every INVITE that was let in gets a final, unless the process died and could not know it, or its
/// caller cannot be reached any more.
void Watch::check_finals() {
  for (const auto& call : book_.calls) {
    if (call.final_status != 0) {
      const int status = call.final_status;
      const bool woken_in_vain = status == 480 && call.rings.size() > 0;
      if (call.over == Over::crashed)
        tally_.count(End::crashed);
      else if (status < 300)
        tally_.count(End::answered);
      else if (status == 487)
        tally_.count(End::cancelled);
      else if (status >= 600)
        tally_.count(End::declined);
      else if (status == 486)
        tally_.count(End::busy);
      else if (status == 480)
        tally_.count(woken_in_vain ? End::not_woken : End::nobody);
      else
        tally_.count(End::other);
      continue;
    }
    if (call.over == Over::crashed) {
      tally_.count(End::crashed);
      continue;
    }
    fail("one final", name(call.caller) + "'s INVITE " + call.call_id + " got none");
  }
}

/// Each failure of a device is acknowledged, and a 2xx that nobody wants any more is acknowledged
/// and hung up (RFC 3261 sections 17.1.1.3 and 13.2.2.4), unless its flow or the process died.
void Watch::check_acks() {
  for (const auto& ring : book_.rings)
    for (const auto& attempt : ring.attempts) {
      if (attempt.final_status == 0 || attempt.dead_at || attempt.crashed) continue;
      const auto what = name(ring.device) + "'s " + std::to_string(attempt.final_status) +
                        " to the INVITE of " + seconds(attempt.sent);
      const bool ok = attempt.final_status < 300;
      const bool unwanted = attempt.late || book_.calls[ring.call].finals_failed > 0;
      if (ok && !unwanted) continue;
      if (!attempt.acked) fail("acknowledged", what + " got no ACK");
      if (ok && !attempt.hung_up) fail("acknowledged", what + " got no BYE");
    }
}

/// All machines end.
void Watch::check_idle() {
  const auto counters = world_.engine().counters();
  if (counters.transactions != 0)
    fail("all machines end", std::to_string(counters.transactions) + " transactions are left");
  if (counters.held_calls != 0) fail("all machines end", "a call is still held");
  if (counters.ringing_calls != 0) fail("all machines end", "a call still rings");
  // An active call waits for its BYE, and not for ever.
  const bool nothing_left =
      counters.registrations == 0 && counters.devices == 0 && counters.active_calls == 0;
  if (nothing_left && world_.engine().next_deadline())
    fail("all machines end", "something is due in " +
                                 seconds(*world_.engine().next_deadline() - world_.now().mono) +
                                 " though nothing is left");
}

}  // namespace test::sim
