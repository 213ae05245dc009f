#include <algorithm>

#include "proxy/core/engine/call_desk.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"

namespace proxy {

using record::Step;
using sip::HeaderName;

namespace {

std::string instance_of(const Message& message) {
  const auto contact = sip::NameAddrView::parse(message.value(HeaderName::contact));
  if (!contact) return {};
  std::string text = sip::unquote(contact->params.value("+sip.instance").value_or(""));
  if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
  return text;
}

/// How many of the call's devices were asked, or can still be.
std::size_t asked(const CallEntry& call) {
  const auto pushable = std::ranges::count_if(call.legs, &CallLeg::can_push);
  return call.branches.size() + static_cast<std::size_t>(pushable);
}

}  // namespace

void CallDesk::ask_devices(CallEntry& call) {
  const registrar::UserEntry* callee = core_.directory.user(call.user);
  if (!callee) return;
  add_candidates(call, *callee);
  call::put_in_order(call.unasked, core_.settings->fork.strategy);
  const bool anybody = ask_next(call);
  if (!anybody && call.only == 0 && call.asked_user == 0 && core_.settings->wake.unknown_devices &&
      core_.settings->webhook) {
    call.asked_user = call.user;
    plan_push(call, 0);
  }
  core_.report(Level::info, "call.arrived",
               {{"call_id", call.row.call_id},
                {"caller", call.row.caller},
                {"callee", call.row.callee},
                {"branches", std::to_string(call.branches.size())},
                {"pushes", std::to_string(call.pending_pushes.size())}});
}

void CallDesk::add_candidates(CallEntry& call, const registrar::UserEntry& callee) {
  for (const DeviceKey id : callee.devices) {
    const registrar::DeviceEntry& device = *core_.directory.device(id);
    if (is_caller(call, device) || (call.only != 0 && call.only != id)) continue;
    const registrar::Contact* contact = device.newest();
    call.unasked.push_back({id, contact ? contact->row.q : std::uint16_t{1000}});
  }
}

/// A caller who calls himself: his own phone is left out, his others ring.
bool CallDesk::is_caller(const CallEntry& call, const registrar::DeviceEntry& device) const {
  if (call.caller_aor.empty() || call.caller_aor != core_.directory.aor_of(device.row.id))
    return false;
  const std::string instance = call.invite ? instance_of(*call.invite) : std::string{};
  if (!instance.empty() && device.row.instance == instance) return true;
  return std::ranges::any_of(device.contacts, [&](const auto& c) { return c.flow == call.source; });
}

/// Asks the devices whose turn it is; false when there is nobody left who can be asked.
bool CallDesk::ask_next(CallEntry& call) {
  const auto& fork = core_.settings->fork;
  call.next_group_at.reset();
  while (!call.unasked.empty()) {
    const auto before = asked(call);
    for (const auto& candidate : call::take_group(call.unasked, fork.strategy))
      if (const auto* device = core_.directory.device(candidate.device)) ask_device(call, *device);
    if (asked(call) == before) continue;
    if (!call.unasked.empty()) call.next_group_at = core_.now.mono + fork.serial_timeout;
    return true;
  }
  return false;
}

/// The phones of this q had their time: the ones that ring are told to stop, the sleeping ones may
/// still join, and the next are asked.
void CallDesk::pass_over(CallEntry& call) {
  pass_over_ringing(call);
  ask_next(call);
}

void CallDesk::pass_over_ringing(CallEntry& call) {
  for (Branch& b : call.branches) {
    if (!b.pending() || b.provisional == 0 || b.cancelled) continue;
    b.passed_over = true;
    note(call, Step::passed_over, b.device);
    cancel_branch(call, b);
  }
}

/// What a new branch gets of the call's Max-Breadth (RFC 5393 section 5.3.3): as much as every
/// other device of the user that may follow, and one that is not known yet; 0 when nothing is left.
unsigned CallDesk::breadth_for(const CallEntry& call, DeviceKey device) const {
  const bool goes_on = may_go_on(call);  // then what was superseded counts: it may be heard again
  unsigned left = call.breadth;
  std::size_t open = 0;
  for (const Branch& b : call.branches) {
    if (!b.pending() || (b.superseded && !goes_on)) continue;
    left -= std::min(left, b.breadth);
    ++open;
  }
  if (left == 0) return 0;
  // Who comes next is not known, nor how many of the phones before come back for it.
  if (device == 0) return goes_on ? std::max(left / 2, 1U) : left;
  if (goes_on) return std::max(left / 8, 1U);
  std::size_t devices = 0;
  if (const auto* callee = core_.directory.user(call.user)) devices = callee->devices.size();
  const auto others = static_cast<unsigned>(devices > open ? devices - open : 1);
  return std::max(left / (others + 1), 1U);
}

void CallDesk::end_at_ring_limit(CallEntry& call) {
  ++core_.counters.calls_missed;
  answer_caller(call, 480, {}, {});
  end_ringing(call, CallEntry::Phase::failed, "rang too long");
}

}  // namespace proxy
