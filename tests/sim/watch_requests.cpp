#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "tests/sim/watch.hpp"

namespace test::sim {

using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

namespace {
constexpr sip::Duration push_timer_of_phones = 15s;
constexpr sip::Duration late_silence = 4s;
}  // namespace

void Watch::request_came(const Sight& sight) {
  const auto& m = sight.message;
  const bool initial = sip::tag_of(m.value(HeaderName::to)).empty();
  if (m.method() == Method::invite && initial) {
    offered_.try_emplace(sight.branch, Offered{sight.party, m, sight.at, std::nullopt});
  } else if (m.method() == Method::cancel) {
    cancel_came(sight);
  } else if (m.method() == Method::register_) {
    Registering wanted{sight.party, sight.flow, sight.at};
    const auto first = m.value(HeaderName::contact);
    wanted.removes =
        m.count(HeaderName::contact) == 1 && first.find(";expires=0") != std::string_view::npos;
    registering_.try_emplace(sight.branch, wanted);
  }
}

void Watch::cancel_came(const Sight& sight) {
  const auto found = book_.call_of_branch.find(sight.branch);
  if (found == book_.call_of_branch.end()) return;
  auto& call = book_.calls[found->second];
  if (call.over != Over::no) return;
  call.cancel_reason = sight.message.value(HeaderName::reason);
  end_call(found->second, Over::cancelled);
}

void Watch::end_call(std::size_t at, Over over) {
  auto& call = book_.calls[at];
  call.over = over;
  call.over_at = world_.elapsed();
  call.over_wall = world_.now().wall;
  fresh_ends_.push_back(at);
}

/// The Expires of an INVITE is honoured (RFC 3261 section 13.3.1).
void Watch::expire_calls() {
  for (std::size_t i = 0; i < book_.calls.size(); ++i) {
    auto& call = book_.calls[i];
    if (call.over == Over::no && call.expires && *call.expires <= world_.elapsed())
      end_call(i, Over::cancelled);
  }
}

void Watch::response_came(const Sight& sight) {
  if (sight.method != "INVITE") return;
  const std::string tag{sip::tag_of(sight.message.value(HeaderName::to))};
  device_tags_.insert(tag);
  const auto found = book_.attempt_of_branch.find(sight.branch);
  if (found == book_.attempt_of_branch.end()) return;
  auto& ring = book_.rings[found->second.ring];
  auto& attempt = ring.attempts[found->second.attempt];
  // At the very instant of Timer B either may come first.
  const bool just_over = !attempt.dead_at && !attempt.heard() &&
                         world_.elapsed() - attempt.asked == 64 * settings_.timers.t1;
  if (!is_alive(attempt) && !just_over) return;
  const int status = sight.message.status();
  if (attempt.final_status != 0) {
    // A 2xx after another final is a second answer; anything else is a copy.
    return;
  }
  if (status >= 200) attempt.tag = tag;
  if (status < 200)
    provisional_came(ring, attempt, status);
  else
    final_came(ring, attempt, status);
}

void Watch::provisional_came(Ring& ring, Attempt& attempt, int status) {
  if (attempt.provisional == 0) attempt.provisional_at = world_.elapsed();
  attempt.provisional = std::max(attempt.provisional, status);
  if (status > 100 && !attempt.late && book_.calls[ring.call].over == Over::no) set(ring.rang);
}

bool Watch::is_push_timer(const Ring& ring, int status) const {
  return status == 603 && !ring.rang && ring.pushed_last &&
         world_.elapsed() - *ring.pushed_last >= push_timer_of_phones;
}

void Watch::final_came(Ring& ring, Attempt& attempt, int status) {
  attempt.final_status = status;
  attempt.final_at = world_.elapsed();
  auto& call = book_.calls[ring.call];
  if (attempt.late) {
    if (attempt.not_reached() && !attempt.cancelled_at && status != 430) return;
    set(ring.told);
    // One that was given up and is heard after all counts for the one that took its place, and so
    // does a 482 to that.
    const auto heard = attempt.provisional_at.value_or(world_.elapsed());
    if (status != 482 && heard - attempt.asked < late_silence) ++ring.late_done;
    return;
  }
  if (status < 300) {
    set(ring.answered);
    return;
  }
  const bool pushable = ring.pushes > 0 || book_.devices[ring.device].mobile;
  if (attempt.not_reached() && pushable && call.over == Over::no) {
    ring.unreached = {};
    return set(ring.unreached);
  }
  const bool other = std::ranges::any_of(ring.attempts, [&](const Attempt& a) {
    return &a != &attempt && !a.late && a.final_status == 0 && is_alive(a);
  });
  if (status == 482 && other) return;  // it has the call on its other branch
  const bool by_timer = is_push_timer(ring, status);
  set(ring.declined);
  if (call.over != Over::no || status / 100 != 6 || by_timer ||
      settings_.fork.decline != proxy::Settings::Decline::everywhere)
    return;
  if (call.stays)
    end_call(ring.call, Over::declined);
  else
    call.unsure = true;
}

}  // namespace test::sim
