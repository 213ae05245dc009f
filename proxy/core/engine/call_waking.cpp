#include <algorithm>
#include <utility>

#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/engine/push_news.hpp"
#include "proxy/core/routing/cookie.hpp"
#include "proxy/core/settings/identity.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using record::Step;
using sip::HeaderName;
using wake::LegInput;

namespace {

constexpr sip::Duration mute_patience{1'000};  ///< an unanswered branch is left alone that long

}  // namespace

void CallDesk::start_branch(CallEntry& call, const registrar::DeviceEntry& device,
                            const registrar::Contact& contact) {
  start_branch(call,
               {device.row.id, contact.flow, contact.flow,
                sip::without_push_params(contact.row.contact), contact.row.path},
               core_.behind(contact));
}

sip::Bytes CallDesk::invite_for(const CallEntry& call, const Aim& aim,
                                std::string_view branch) const {
  const Message& invite = *call.invite;
  const auto& [device, flow, way, uri, path, breadth] = aim;
  static const Way none;
  const Way& by = device == 0 && call.out ? call.out->now : none;
  routing::Cookie sides;
  sides.caller = {call.source, call.caller_device, is_pbx(call.source, *core_.settings),
                  call.from_trunk};
  sides.callee = {flow, device, device == 0 && by.trunk == 0, by.trunk};
  const std::string cookie =
      routing::encode(sides, core_.secret, call.row.call_id, call.caller_tag);

  sip::Rewrite edit{invite};
  routing::RouteSet routes{std::string{uri}, {}};
  routes.add(path);
  Core::put_routes(edit, std::move(routes));
  edit.remove(HeaderName::proxy_authorization);
  put_identity(edit, core_, sender_of(call),
               {device != 0, core_.trunks.trunk({by.trunk, {}}), by.set_caller});
  if (call.switched) {
    const auto* leg = call.leg(device);
    const auto& all = call.switched->diversions;
    call::put_diversions(edit, invite, std::span{all}.first(leg ? leg->diversions : all.size()));
  }
  if (device == 0 && call.out && call.out->credentials)
    edit.append(call.out->credentials->name, call.out->credentials->value);
  core_.put_record_route(edit, call.source, flow, cookie);
  core_.forward_edits(edit, invite, call.source, core_.via(way, branch), breadth);
  return sip::make_bytes(edit.build());
}

void CallDesk::start_branch(CallEntry& call, Aim aim, Seq after) {
  if (call.branches.size() >= core_.settings->limits.branches_per_call) return;
  aim.breadth = breadth_for(call, aim.device);
  if (aim.breadth == 0) {
    call.too_broad = true;
    return note(call, Step::branch_failed, aim.device, "Max-Breadth");
  }
  if (call.loop_mark.empty()) call.loop_mark = core_.loop_mark(*call.invite);
  const auto id = core_.transactions.new_branch(call.loop_mark);
  auto bytes = invite_for(call, aim, id.text);
  if (aim.device == 0) {
    aim.way = core_.hops.way_for(aim.flow, bytes->size(), *core_.settings, core_.now.mono);
    if (aim.way != aim.flow) {
      call.hops.insert(call.hops.begin(), aim.flow);
      bytes = invite_for(call, aim, id.text);
    }
  }
  const DeviceKey device = aim.device;
  Branch branch;
  branch.client = id.id;
  branch.device = device;
  if (device == 0 && call.out) branch.trunk = call.out->now.trunk;
  branch.flow = aim.way;
  branch.started = core_.now.mono;
  branch.after = after;
  branch.timer_c = core_.now.mono + core_.settings->fork.timer_c;
  branch.bytes = bytes;
  branch.breadth = aim.breadth;
  note(call, Step::branch, device, sip::to_string(aim.way), *bytes);
  const bool started = core_.transactions.start(id, sip::Method::invite, bytes, aim.way, after,
                                                core_.now.mono, core_.layer_out);
  core_.flush();
  if (!started) {
    ++core_.counters.overload;
    return note(call, Step::branch_failed, device, "too many transactions");
  }
  call.branches.push_back(std::move(branch));
  book_.index_branch(id.id, {call.row.id, call.branches.size() - 1});
  if (after != 0) awaiting_commit_.push_back(call.row.id);
}

void CallDesk::device_came(DeviceKey device, bool registered) {
  const registrar::DeviceEntry* entry = core_.directory.device(device);
  if (!entry) return;
  if (registered)
    for (const CallKey key : book_.to_user(entry->row.user_id)) join(*book_.find(key), *entry);
  learn_wake(device);
  for (const CallKey key : book_.of_device(device)) {
    CallEntry* call = book_.find(key);
    if (!call || call->over()) continue;
    if (CallLeg* leg = call->leg(device)) came_for(*call, *leg, registered);
    settle(key);
  }
}

/// A device that the call does not know registers. When the user as such was asked, it was meant;
/// else it comes by chance, and rings as long as the call does.
void CallDesk::join(CallEntry& call, const registrar::DeviceEntry& device) {
  const DeviceKey id = device.row.id;
  if (call.only != 0 && call.only != id) return;
  if (call.leg(id) || call.legs.size() >= core_.settings->limits.branches_per_call) return;
  if (call.asked_user == device.row.user_id) {
    if (call.over() && !call.user_window) return;
    CallLeg& leg = add_leg(call, id);
    leg.persisted = true;
    leg.row.pushed_at = call.row.started_at;
    step(call, leg, LegInput::handed_over);
    watch_wake(call, leg);
    if (call.over()) open_window(call, leg, *call.ended);
    return;
  }
  const bool has_its_turn = std::ranges::any_of(
      call.unasked, [id](const call::Candidate& candidate) { return candidate.device == id; });
  // Who does not want the call has it only until those before him have had their time.
  const bool wanted = call.refusal == 0 && rings_at(call, device.row.user_id);
  if (!call.over() && !call.following && !has_its_turn && wanted && !is_caller(call, device))
    add_leg(call, id);
}

void CallDesk::device_moved(DeviceKey from, DeviceKey to) {
  for (const CallKey key : book_.of_device(from)) {
    CallEntry& call = *book_.find(key);
    CallLeg& leg = *call.leg(from);
    if (!wake::is_waiting(leg.row.state) || call.leg(to)) continue;
    leg.row.device_id = to;
    if (call.only == from) call.only = to;
    for (Branch& b : call.branches)
      if (b.device == from) b.device = to;
    for (PendingPush& p : call.pending_pushes)
      if (p.device == from) p.device = to;
    book_.forget_leg(key, from);
    book_.index_leg(key, to);
    if (leg.persisted) write_leg(leg);
  }
}

void CallDesk::device_went(DeviceKey device) {
  for (const CallKey key : book_.of_device(device)) {
    CallEntry& call = *book_.find(key);
    CallLeg& leg = *call.leg(device);
    leg.push_at.reset();
    std::erase_if(call.pending_pushes, [&](const PendingPush& p) { return p.device == device; });
    if (step(call, leg, LegInput::left)) note(call, Step::unregistered, device);
    settle(key);
  }
}

void CallDesk::came_for(CallEntry& call, CallLeg& leg, bool registered) {
  if (wake::has_call(leg.row.state) || wake::is_settled(leg.row.state)) return;
  const bool woke = leg.row.state == record::LegState::pushed;
  if (registered || woke)
    note(call, registered ? Step::registered : Step::keep_alive, leg.row.device_id);
  step(call, leg, LegInput::came);
  deliver(call, leg, woke);
}

void CallDesk::deliver(CallEntry& call, CallLeg& leg, bool woke) {
  if (wake::has_call(leg.row.state) || wake::is_settled(leg.row.state)) return;
  const registrar::DeviceEntry* device = core_.directory.device(leg.row.device_id);
  const registrar::Contact* contact = device ? device->reachable() : nullptr;
  if (!contact) return;
  Branch* old = call.live_branch(leg.row.device_id);
  if (!old) return start_branch(call, *device, *contact);
  if (old->heard()) return;
  if (old->flow == contact->flow) {
    if (woke) send_again(*old);  // not at the next retransmission: the phone listens now
    return;
  }
  const bool parked = old->after > core_.committed;  // it will leave, whatever is done now
  const bool mute = !parked && core_.now.mono - old->started >= mute_patience;
  if (mute || !core_.is_open(old->flow)) {
    supersede(call, *old);
    return start_branch(call, *device, *contact);
  }
  old->supersede_at = (parked ? core_.now.mono : old->started) + mute_patience;
}

void CallDesk::send_again(const Branch& branch) {
  if (!branch.bytes || branch.flow.reliable()) return;
  if (branch.after > core_.committed) return;  // it has not left yet
  ++core_.counters.messages_out;
  core_.put(Send{branch.flow, branch.bytes, core_.written(), branch.client});
}

void CallDesk::supersede(CallEntry& call, Branch& branch) {
  branch.superseded = true;
  branch.supersede_at.reset();
  core_.transactions.hush(branch.client);
  note(call, Step::superseded, branch.device, sip::to_string(branch.flow));
}

void CallDesk::on_store_failed(Seq from, Seq to) {
  for (const CallKey key : awaiting_commit_) {
    CallEntry* call = book_.find(key);
    if (!call) continue;
    for (Branch& b : call->branches) {
      if (b.after < from || b.after > to || b.after == 0) continue;
      b.after = 0;
      b.started = core_.now.mono;
      if (!b.bytes || !b.pending() || call->over()) continue;
      const CallLeg* leg = call->leg(b.device);
      if (leg && wake::has_call(leg->row.state)) {  // it was heard on an older branch meanwhile
        supersede(*call, b);
        continue;
      }
      ++core_.counters.messages_out;
      core_.put(Send{b.flow, b.bytes, 0, b.client});
    }
  }
}

void CallDesk::on_committed(Seq seq) {
  const auto waiting = std::exchange(awaiting_commit_, {});
  for (const CallKey key : waiting) {
    CallEntry* call = book_.find(key);
    if (!call) continue;
    bool waits = false;
    for (Branch& b : call->branches) {
      waits = waits || b.after > seq;
      if (b.after == 0 || b.after > seq) continue;
      b.started = core_.now.mono;
      b.after = 0;
    }
    const auto pending = std::exchange(call->pending_pushes, {});
    for (const PendingPush& p : pending) {
      if (p.seq <= seq) {
        hand_over(*call, p, true);
      } else {
        call->pending_pushes.push_back(p);
      }
    }
    if (waits || !call->pending_pushes.empty()) awaiting_commit_.push_back(key);
    settle(key);
  }
}

void CallDesk::on_push(const PushDone& done) {
  const auto at = book_.take_push(done.id);
  if (!at) return;
  auto& histogram = core_.counters.push_ms;
  const auto ms = static_cast<std::uint64_t>((core_.now.mono - at->asked).count());
  for (std::size_t i = 0; i < histogram.le.size(); ++i)
    if (ms <= view::Counters::bounds_ms[i]) ++histogram.le[i];
  ++histogram.count;
  histogram.sum_ms += ms;
  learn_from_push(core_, at->device, done, core_.now.wall - (core_.now.mono - at->asked));
  CallEntry* call = book_.find(at->call);
  if (!call) return;
  CallLeg* leg = call->leg(at->device);
  const bool retry_overdue = leg && leg->retry_at == sip::TimePoint{};
  if (done.outcome == PushOutcome::accepted) {
    ++core_.counters.pushes_accepted;
    note(*call, Step::push_accepted, at->device, done.reason);
    core_.report(Level::info, "push.accepted",
                 {{"call_id", call->row.call_id}, {"device", std::to_string(at->device)}});
    if (leg) {
      leg->row.push_result = "accepted";
      if (leg->persisted) write_leg(*leg);
    }
    if (call->provisional_at && !call->own_provisional && !call->over())
      call->provisional_at = core_.now.mono;
  } else if (leg) {
    push_trouble(*call, *leg, done);
  } else {
    ++core_.counters.pushes_failed;
    note(*call, Step::push_failed, at->device, done.reason);
    call->asked_user = 0;
  }
  if (retry_overdue) push_again(*call, *leg);
  settle(at->call);
}

void CallDesk::push_trouble(CallEntry& call, CallLeg& leg, const PushDone& done) {
  // Of two pushes the first may have arrived, whatever becomes of the second.
  const bool second = leg.row.push_attempts > 1;
  if (!second || leg.row.push_result != "accepted") leg.row.push_result = done.reason;
  leg.can_push = false;
  core_.report(Level::warn, "push.refused",
               {{"call_id", call.row.call_id},
                {"device", std::to_string(leg.row.device_id)},
                {"reason", done.reason}});
  if (done.outcome == PushOutcome::failed) {
    // It may have arrived all the same: the leg still waits, and may get its late call.
    ++core_.counters.pushes_failed;
    note(call, Step::push_failed, leg.row.device_id, done.reason);
    if (leg.persisted) write_leg(leg);
    return;
  }
  note(call, Step::push_refused, leg.row.device_id, done.reason);
  if (!second) step(call, leg, LegInput::push_refused);
  if (second && leg.persisted) write_leg(leg);
  if (done.outcome == PushOutcome::refused) {
    ++core_.counters.pushes_refused;
    return;
  }
  ++core_.counters.pushes_dead;
}

}  // namespace proxy
