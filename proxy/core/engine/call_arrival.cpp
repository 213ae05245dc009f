#include <algorithm>

#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/push/route.hpp"
#include "proxy/core/push/word.hpp"
#include "proxy/core/settings/identity.hpp"
#include "proxy/core/story/story.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using record::Step;
using sip::HeaderName;

namespace {

constexpr sip::Duration fresh_traffic{30'000};  ///< a flow that carried traffic is taken as alive
constexpr sip::Duration push_patience{500};     ///< how long such a flow may stay silent
constexpr std::uint64_t expires_max = 24ULL * 3600;

}  // namespace

void CallDesk::arrive(Message invite, const sip::Flow& source, std::string_view caller_aor,
                      registrar::UserEntry& callee, Meant meant) {
  CallEntry entry = make_entry(std::move(invite), source, callee.row.aor);
  entry.user = callee.row.id;
  if (ended_at_restart(entry)) return core_.reply_stateless(*entry.invite, source, 480);
  entry.only = meant.only;
  entry.straight = meant.straight;
  if (!open(entry)) return;
  entry.caller_device = core_.device_at(caller_aor, source);
  entry.caller_aor = caller_aor;
  CallEntry& call = book_.add(std::move(entry));
  if (!follow_another(call)) ask_callee(call);
  settle(call.row.id);
}

/// The caller of a call that a restart has ended did not hear our 480 and repeats the INVITE.
bool CallDesk::ended_at_restart(const CallEntry& again) {
  return std::ranges::any_of(book_.with_call_id(again.row.call_id), [&](CallKey key) {
    const CallEntry& call = *book_.find(key);
    return call.known_until && call.caller_tag == again.caller_tag &&
           call.row.callee == again.row.callee;
  });
}

void CallDesk::arrive_for_pbx(Message invite, const sip::Flow& source,
                              std::string_view caller_aor) {
  auto route = core_.hops.to_pbx(*core_.settings, core_.now.mono);
  if (route.flows.empty() && !route.looking)
    return core_.reply_stateless(invite, source, 500, "PBX Not Reachable");
  std::string uri = sip::without_push_params(invite.request_uri());
  CallEntry entry = make_entry(std::move(invite), source, std::move(uri));
  entry.caller_device = core_.device_at(caller_aor, source);
  if (!open(entry)) return;
  CallEntry& call = book_.add(std::move(entry));
  call.hops = std::move(route.flows);
  if (!call.hops.empty()) {
    next_hop(call);
  } else {
    call.awaits_hops = true;
    awaiting_hops_.push_back(call.row.id);
  }
  settle(call.row.id);
}

CallEntry CallDesk::make_entry(Message invite, const sip::Flow& source, std::string callee) {
  CallEntry call;
  const std::string_view from = invite.value(HeaderName::from);
  call.row.id = book_.next_call_id();
  call.row.call_id = invite.value(HeaderName::call_id);
  call.row.caller = uri_of(from);
  if (const auto address = sip::NameAddrView::parse(from))
    call.row.caller_name = sip::unquote(address->display_name);
  call.row.callee = std::move(callee);
  call.row.started_at = core_.now.wall;
  call.caller_tag = sip::tag_of(from);
  call.source = source;
  call.from_trunk = core_.from_trunk;
  call.row.from_trunk = core_.trunks.name_of(call.from_trunk);
  if (const auto seconds = sip::parse_number(invite.value(HeaderName::expires), expires_max))
    call.expires_at = core_.now.mono + std::chrono::seconds{*seconds};
  call.breadth = Core::breadth_of(invite);
  call.arrived = core_.now.mono;
  call.ring_until = core_.now.mono + core_.settings->fork.ring_limit;
  call.invite = std::move(invite);
  return call;
}

bool CallDesk::open(CallEntry& call) {
  const auto& limits = core_.settings->limits;
  std::optional<sip::transaction::ServerId> server;
  if (book_.calls().size() < limits.calls)
    server = core_.transactions.open(*call.invite, call.source, core_.now.mono);
  if (!server) {
    ++core_.counters.overload;
    core_.reply_stateless(*call.invite, call.source, 503, {}, {{HeaderName::retry_after, "5"}});
    return false;
  }
  call.server = *server;
  core_.respond(*server, *call.invite, call.source, 100);
  note(call, Step::invite, 0, "from " + call.row.caller + " to " + call.row.callee);
  if (core_.settings->calls.message_heads == Settings::MessageHeads::all) begin_heads(call);
  return true;
}

void CallDesk::ask_device(CallEntry& call, const registrar::DeviceEntry& device) {
  const registrar::Contact* contact = device.reachable();
  const bool wants_push = static_cast<bool>(device.row.push) && device.row.token_dead.empty();
  const bool can_push = wants_push && push::can_be_woken(device.row.push, *core_.settings);
  if ((!contact && !device.row.push) || call.leg(device.row.id)) return;
  // One leg for a Call-ID and a device: another INVITE of the same call already asks this one.
  for (const CallKey other : book_.with_call_id(call.row.call_id))
    if (const CallEntry* o = book_.find(other); o && other != call.row.id && !o->over())
      for (const CallLeg& l : o->legs)
        if (l.row.device_id == device.row.id) return;
  CallLeg& leg = add_leg(call, device.row.id);
  leg.can_push = can_push;
  if (can_push) begin_heads(call);
  if (contact) start_branch(call, device, *contact);
  if (!can_push) return;
  const auto heard = contact ? core_.directory.last_traffic(contact->flow) : std::nullopt;
  const bool lively = heard && core_.now.mono - *heard < fresh_traffic;
  if (lively) {
    leg.push_at = core_.now.mono + push_patience;
  } else {
    plan_push(call, device.row.id);
  }
}

CallLeg& CallDesk::add_leg(CallEntry& call, DeviceKey device) {
  CallLeg leg;
  leg.row.id = book_.next_leg_id();
  leg.row.call_id = call.row.id;
  leg.row.device_id = device;
  leg.diversions = call.switched ? call.switched->diversions.size() : 0;
  call.legs.push_back(std::move(leg));
  book_.index_leg(call.row.id, device);
  return call.legs.back();
}

/// How far the push budgets stretch for this caller.
admission::Stretch CallDesk::stretch_of(const CallEntry& call) const {
  const auto& settings = *core_.settings;
  const auto is_here = [&](const sip::AddressBlock& b) {
    return b.contains(call.source.peer.address);
  };
  if (call.straight || std::ranges::any_of(settings.abuse.exempt, is_here))
    return admission::Stretch::unlimited;
  if (admission::is_trusted(call.source, settings)) return admission::Stretch::trusted;
  const auto priority = call.invite ? call.invite->value("Priority") : std::string_view{};
  // RFC 3261 section 20.26, RFC 7090 section 5.
  const bool urgent =
      sip::iequals(priority, "emergency") || sip::iequals(priority, "psap-callback");
  return urgent ? admission::Stretch::emergency : admission::Stretch::none;
}

std::int64_t CallDesk::owner_of(const CallEntry& call, DeviceKey device) const {
  const auto* entry = core_.directory.device(device);
  return entry ? entry->row.user_id : call.user;
}

/// False when the push is withheld, which is in the call's story.
bool CallDesk::within_budget(CallEntry& call, DeviceKey device) {
  const std::string_view caller = call.caller_aor.empty() ? call.row.caller : call.caller_aor;
  const auto& settings = *core_.settings;
  std::optional<std::string_view> used_up{"of the address"};
  if (call.straight || admission::is_exempt(call.source, settings) ||
      core_.guard->push(call.source, settings, core_.now.mono))
    used_up = core_.budgets.spend({device, owner_of(call, device), caller, stretch_of(call)},
                                  settings.wake.budget, core_.now.mono);
  if (!used_up) return true;
  ++core_.counters.pushes_withheld;
  note(call, Step::push_withheld, device,
       std::string{"the push budget "}.append(*used_up).append(" is used up"));
  core_.report(Level::warn, "push.withheld",
               {{"call_id", call.row.call_id},
                {"device", std::to_string(device)},
                {"budget", std::string{*used_up}}});
  return false;
}

/// The phone rings only where it is awake.
void CallDesk::withhold_push(CallEntry& call, DeviceKey device) {
  if (CallLeg* leg = call.leg(device)) {
    leg->can_push = false;
    leg->push_at.reset();
  }
  if (device == 0) call.asked_user = 0;
}

void CallDesk::plan_push(CallEntry& call, DeviceKey device) {
  if (!within_budget(call, device)) return withhold_push(call, device);
  persist(call);
  if (CallLeg* leg = call.leg(device)) {
    leg->push_at.reset();
    leg->persisted = true;
    record::Leg row = leg->row;  // committed as pushed before the push is handed over
    if (row.state == record::LegState::fresh) row.state = record::LegState::pushed;
    row.pushed_at = core_.now.wall;
    row.push_attempts = 1;
    core_.keep(row);
  }
  call.pending_pushes.push_back({device, core_.written(), core_.now.mono + commit_patience});
  awaiting_commit_.push_back(call.row.id);
  if (!call.provisional_at) call.provisional_at = core_.now.mono + own_provisional;
  hold_for(call, device);
}

void CallDesk::persist(CallEntry& call) {
  if (call.persisted) return;
  call.persisted = true;
  note(call, Step::held);
  begin_heads(call);
  write_call(call);
  core_.keep(record::CallInvite{call.row.id, std::string{call.invite->wire()},
                                sip::to_string(call.source)});
  core_.report(Level::info, "call.held",
               {{"call_id", call.row.call_id}, {"callee", call.row.callee}});
}

void CallDesk::hand_over(CallEntry& call, const PendingPush& pending, bool durable) {
  if (call.over()) return;
  if (pending.attempt > 1) return hand_over_again(call, pending, durable);
  if (!durable) note(call, Step::push_not_durable, pending.device);
  CallLeg* leg = call.leg(pending.device);
  if (leg) {
    leg->row.pushed_at = core_.now.wall;
    leg->row.push_attempts = 1;
    leg->asked = core_.now.mono;
    step(call, *leg, wake::LegInput::handed_over);
    watch_wake(call, *leg);
    plan_retry(*leg);
  }
  hold_for(call, pending.device);
  ask_to_wake(call, pending);
}

void CallDesk::ask_to_wake(CallEntry& call, const PendingPush& pending) {
  const PushId id = book_.add_push({call.row.id, pending.device, core_.now.mono});
  note(call, Step::push_asked, pending.device, pending.attempt > 1 ? "attempt 2" : "");
  core_.report(Level::info, "push.asked",
               {{"call_id", call.row.call_id},
                {"device", std::to_string(pending.device)},
                {"attempt", std::to_string(pending.attempt)}});
  // Nothing when the settings have changed since it was planned: then it is refused for its URL.
  auto request = push::word(notice_of(call, pending), *core_.settings).value_or(push::Request{});
  core_.put(Push{std::move(request), id, core_.settings->wake.timeout});
}

push::CallNotice CallDesk::notice_of(const CallEntry& call, const PendingPush& pending) const {
  push::CallNotice notice;
  notice.call_id = call.row.call_id;
  notice.caller_uri = call.row.caller;
  notice.caller_name = call.row.caller_name;
  notice.callee = call.row.callee;
  if (const auto* entry = core_.directory.device(pending.device)) notice.device = &entry->row;
  if (notice.device && call.switched) notice.callee = core_.directory.aor_of(pending.device);
  if (const auto* user = core_.directory.user(call.asked_user); !notice.device && user)
    notice.callee = user->row.aor;
  notice.attempt = pending.attempt;
  notice.push_id = call.invite->value("X-Push-ID");
  notice.ttl = std::chrono::duration_cast<std::chrono::seconds>(core_.settings->wake.timeout);
  notice.sent_at = core_.now.wall;
  return notice;
}

}  // namespace proxy
