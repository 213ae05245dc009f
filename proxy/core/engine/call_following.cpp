#include <algorithm>
#include <utility>

#include "proxy/core/engine/call_desk.hpp"

namespace proxy {

using record::Step;

namespace {

/// A PBX that ends a call takes back its other INVITEs within this time.
constexpr sip::Duration end_patience{500};

}  // namespace

/// A PBX that forks one call into several INVITEs with Call-IDs of their own to one user
/// (`wake.coalesce`): the first rings, the others wait for what becomes of it.
bool CallDesk::follow_another(CallEntry& call) {
  const CallKey leader = find_leader(call);
  if (leader == 0) return false;
  book_.find(leader)->followers.push_back(call.row.id);
  call.following = Following{leader, std::nullopt, 0};
  call.provisional_at = core_.now.mono + own_provisional;
  note(call, Step::coalesced, 0, "with " + book_.find(leader)->row.call_id);
  persist(call);
  core_.report(Level::info, "call.coalesced",
               {{"call_id", call.row.call_id}, {"with", book_.find(leader)->row.call_id}});
  return true;
}

CallKey CallDesk::find_leader(const CallEntry& call) const {
  const auto within = core_.settings->wake.coalesce;
  if (within == sip::Duration{0} || !admission::is_trusted(call.source, *core_.settings)) return 0;
  const auto& calls = book_.calls();
  for (auto at = calls.rbegin(); at != calls.rend(); ++at) {
    const CallEntry& other = at->second;
    if (core_.now.mono - other.arrived > within) break;  // older ones follow
    const bool same = other.user == call.user && other.only == call.only &&
                      other.row.caller == call.row.caller &&
                      other.source.peer.address == call.source.peer.address &&
                      other.row.call_id != call.row.call_id;
    if (same && !other.over() && !other.following) return other.row.id;
  }
  return 0;
}

/// The leader has ended. What a device said holds for the others too. When the caller gave up, the
/// first of them takes its place, unless it is given up as well.
void CallDesk::release_followers(CallEntry& leader) {
  using Phase = CallEntry::Phase;
  auto followers = std::exchange(leader.followers, {});
  std::erase_if(followers, [this](CallKey key) {
    const CallEntry* call = book_.find(key);
    return !call || !call->following;
  });
  if (followers.empty()) return;
  Following next{0, core_.now.mono + end_patience, 0};
  if (leader.phase == Phase::answered) next.status = 486;
  if (leader.phase == Phase::declined) next.status = 603;
  if (leader.phase == Phase::failed) next.status = leader.row.final_status;
  CallEntry& first = *book_.find(followers.front());
  for (const CallKey key : followers) {
    CallEntry& call = *book_.find(key);
    call.following = next;
    if (next.status == 0 && &call != &first) {
      call.following = Following{first.row.id, std::nullopt, 0};
      first.followers.push_back(key);
    }
    rearm(call);
  }
}

void CallDesk::stop_following(CallEntry& call) {
  const int status = std::exchange(call.following, std::nullopt)->status;
  if (status == 0) return ask_callee(call);
  ++core_.counters.calls_failed;
  answer_caller(call, status, {}, {});
  end_ringing(call, CallEntry::Phase::failed, "coalesced");
}

}  // namespace proxy
