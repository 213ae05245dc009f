#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/core/engine/call_entry.hpp"
#include "proxy/core/engine/event.hpp"
#include "sipstack/base/bytes.hpp"
#include "sipstack/base/deadline_queue.hpp"

namespace proxy {

/// All calls the engine remembers, and the ways to find them. Keeps ids, never pointers.
class CallBook {
 public:
  CallEntry& add(CallEntry entry);
  CallEntry* find(CallKey key);
  CallEntry* find(sip::transaction::ServerId server);
  std::vector<CallKey> with_call_id(std::string_view call_id) const;
  /// Calls with an open leg of this device, oldest first.
  std::vector<CallKey> of_device(DeviceKey device) const;
  /// Calls to this user, oldest first.
  std::vector<CallKey> to_user(std::int64_t user) const;
  void erase(CallKey key);

  void index_server(CallEntry& call);
  void forget_server(sip::transaction::ServerId server) { by_server_.erase(server); }
  void index_leg(CallKey call, DeviceKey device) { by_device_.emplace(device, call); }
  void forget_leg(CallKey call, DeviceKey device);
  void index_user(CallKey call, std::int64_t user) { by_user_.emplace(user, call); }

  struct BranchAt {
    CallKey call{0};
    std::size_t branch{0};
  };
  void index_branch(sip::transaction::ClientId client, BranchAt at) { by_client_[client] = at; }
  std::optional<BranchAt> branch_of(sip::transaction::ClientId client) const;
  void forget_branch(sip::transaction::ClientId client) { by_client_.erase(client); }

  struct PushAt {
    CallKey call{0};
    DeviceKey device{0};
    sip::TimePoint asked{};
  };
  PushId next_push_id() { return PushId{++last_push_}; }
  PushId add_push(PushAt at);
  std::optional<PushAt> take_push(PushId id);
  /// A push for this device is under way.
  bool is_pushing(CallKey call, DeviceKey device) const;
  /// Pushes of this call that are still under way.
  std::vector<PushId> pushes_of(CallKey call) const;

  std::int64_t next_call_id() { return ++last_call_; }
  std::int64_t next_leg_id() { return ++last_leg_; }
  void start_ids(std::int64_t call, std::int64_t leg) {
    last_call_ = call;
    last_leg_ = leg;
  }
  const std::map<CallKey, CallEntry>& calls() const { return calls_; }

  sip::DeadlineQueue<CallKey> deadlines;

 private:
  std::map<CallKey, CallEntry> calls_;  ///< ordered: lists page by id, runs repeat
  std::unordered_multimap<std::string, CallKey, sip::TextHash, std::equal_to<>> by_call_id_;
  std::unordered_map<sip::transaction::ServerId, CallKey> by_server_;
  std::unordered_map<sip::transaction::ClientId, BranchAt> by_client_;
  std::unordered_multimap<DeviceKey, CallKey> by_device_;
  std::unordered_multimap<std::int64_t, CallKey> by_user_;
  std::map<PushId, PushAt> pushes_;
  std::int64_t last_call_{0};
  std::int64_t last_leg_{0};
  std::uint64_t last_push_{0};
};

}  // namespace proxy
