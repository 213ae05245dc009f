#include <algorithm>
#include <utility>

#include "proxy/core/engine/call_desk.hpp"

// Calls for a group: the phones of its members are asked as for their own calls, all at once or
// one member after another. It is one call; who takes it takes it from the others.

namespace proxy {

using record::Step;

void CallDesk::arrive_for_group(Message invite, const sip::Flow& source,
                                std::string_view caller_aor, const record::Group& group,
                                bool straight) {
  CallEntry entry = make_entry(std::move(invite), source, group.aor);
  if (ended_at_restart(entry)) return core_.reply_stateless(*entry.invite, source, 480);
  if (!open(entry)) return;
  entry.straight = straight;
  entry.caller_device = core_.device_at(caller_aor, source);
  entry.caller_aor = caller_aor;
  CallEntry& call = book_.add(std::move(entry));
  take_group(call, group);
  ask_callee(call);
  settle(call.row.id);
}

void CallDesk::take_group(CallEntry& call, const record::Group& group) {
  if (!call.switched) call.switched = std::make_unique<Switched>();
  call.user = 0;
  call.switched->hunt = Hunt{group.id};
  for (const auto& aor : members_of(group))
    if (const auto* user = core_.directory.find_user(aor))
      call.switched->hunt->waiting.push_back(user->row.id);
}

/// Nobody who is disabled, wants not to be disturbed, calls himself, or was asked before.
const registrar::UserEntry* CallDesk::member_to_ask(const CallEntry& call,
                                                    std::int64_t user) const {
  const auto* member = core_.directory.user(user);
  if (!member || !member->row.enabled || member->row.aor == call.caller_aor) return nullptr;
  if (std::ranges::count(call.switched->been_at, member->row.aor) != 0) return nullptr;
  return !call.straight && member->row.forwarding.do_not_disturb ? nullptr : member;
}

void CallDesk::ask_group(CallEntry& call) {
  const auto* group = core_.groups.group(call.hunt()->group);
  if (!group) return;
  if (group->strategy == "serial") {
    ask_next_member(call);
    return;
  }
  for (const auto user : std::exchange(call.hunt()->waiting, {}))
    if (const auto* member = member_to_ask(call, user)) add_member(call, *member);
  if (!group->forward_no_answer.empty())
    call.no_answer_at = core_.now.mono + std::chrono::seconds{group->ring_s};
  call::put_in_order(call.unasked, core_.settings->fork.strategy);
  ask_next(call);
}

/// In a serial group; the sleeping phones of the member before may still join. False when there is
/// nobody left who can be asked.
bool CallDesk::ask_next_member(CallEntry& call) {
  Hunt& hunt = *call.hunt();
  const auto* group = core_.groups.group(hunt.group);
  while (group && !hunt.waiting.empty()) {
    const auto user = hunt.waiting.front();
    hunt.waiting.erase(hunt.waiting.begin());
    const auto* member = member_to_ask(call, user);
    if (!member) continue;
    hunt.asked.clear();
    call.unasked.clear();
    add_member(call, *member);
    call::put_in_order(call.unasked, core_.settings->fork.strategy);
    if (!ask_next(call)) continue;
    call.no_answer_at = core_.now.mono + std::chrono::seconds{group->ring_s};
    return true;
  }
  return false;
}

void CallDesk::add_member(CallEntry& call, const registrar::UserEntry& member) {
  call.hunt()->asked.push_back(member.row.id);
  call.switched->users.push_back(member.row.id);
  book_.index_user(call.row.id, member.row.id);
  add_candidates(call, member);
}

}  // namespace proxy
