#include "proxy/core/engine/call_book.hpp"

#include <algorithm>

namespace proxy {
namespace {

template <class Map, class Key>
std::vector<CallKey> values(const Map& map, const Key& key) {
  std::vector<CallKey> out;
  const auto [begin, end] = map.equal_range(key);
  for (auto at = begin; at != end; ++at) out.push_back(at->second);
  std::ranges::sort(out);  // oldest first, whatever the hashing
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

template <class Map, class Key>
void erase_pair(Map& map, const Key& key, CallKey call) {
  auto [at, end] = map.equal_range(key);
  while (at != end) at = at->second == call ? map.erase(at) : std::next(at);
}

}  // namespace

CallEntry& CallBook::add(CallEntry entry) {
  const CallKey key = entry.row.id;
  by_call_id_.emplace(entry.row.call_id, key);
  if (entry.user != 0) by_user_.emplace(entry.user, key);
  for (const CallLeg& leg : entry.legs) index_leg(key, leg.row.device_id);
  CallEntry& added = calls_.emplace(key, std::move(entry)).first->second;
  index_server(added);
  return added;
}

CallEntry* CallBook::find(CallKey key) {
  const auto found = calls_.find(key);
  return found == calls_.end() ? nullptr : &found->second;
}

CallEntry* CallBook::find(sip::transaction::ServerId server) {
  const auto found = by_server_.find(server);
  return found == by_server_.end() ? nullptr : find(found->second);
}

std::vector<CallKey> CallBook::with_call_id(std::string_view call_id) const {
  return values(by_call_id_, call_id);
}

std::vector<CallKey> CallBook::of_device(DeviceKey device) const {
  return values(by_device_, device);
}

std::vector<CallKey> CallBook::to_user(std::int64_t user) const { return values(by_user_, user); }

void CallBook::erase(CallKey key) {
  const auto found = calls_.find(key);
  if (found == calls_.end()) return;
  const CallEntry& call = found->second;
  const auto [begin, end] = by_call_id_.equal_range(call.row.call_id);
  for (auto at = begin; at != end; ++at)
    if (at->second == key) {
      by_call_id_.erase(at);
      break;
    }
  by_server_.erase(call.server);
  for (const Branch& b : call.branches) by_client_.erase(b.client);
  for (const CallLeg& l : call.legs) erase_pair(by_device_, l.row.device_id, key);
  erase_pair(by_user_, call.user, key);
  if (call.switched)
    for (const auto user : call.switched->users) erase_pair(by_user_, user, key);
  std::erase_if(pushes_, [&](const auto& p) { return p.second.call == key; });
  deadlines.set(key, std::nullopt);
  calls_.erase(found);
}

void CallBook::index_server(CallEntry& call) {
  if (call.server) by_server_[call.server] = call.row.id;
}

void CallBook::forget_leg(CallKey call, DeviceKey device) { erase_pair(by_device_, device, call); }

std::optional<CallBook::BranchAt> CallBook::branch_of(sip::transaction::ClientId client) const {
  const auto found = by_client_.find(client);
  if (found == by_client_.end()) return std::nullopt;
  return found->second;
}

PushId CallBook::add_push(PushAt at) {
  const PushId id{++last_push_};
  pushes_.emplace(id, at);
  return id;
}

std::optional<CallBook::PushAt> CallBook::take_push(PushId id) {
  const auto found = pushes_.find(id);
  if (found == pushes_.end()) return std::nullopt;
  const PushAt at = found->second;
  pushes_.erase(found);
  return at;
}

bool CallBook::is_pushing(CallKey call, DeviceKey device) const {
  return std::ranges::any_of(pushes_, [&](const auto& push) {
    return push.second.call == call && push.second.device == device;
  });
}

std::vector<PushId> CallBook::pushes_of(CallKey call) const {
  std::vector<PushId> out;
  for (const auto& [id, at] : pushes_)
    if (at.call == call) out.push_back(id);
  return out;
}

}  // namespace proxy
