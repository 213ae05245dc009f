#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "sipstack/base/allowance.hpp"
#include "sipstack/base/bytes.hpp"
#include "sipstack/base/deadline_queue.hpp"
#include "sipstack/base/time.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy::registrar {

using UserId = std::int64_t;
using DeviceId = std::int64_t;

/// A contact in memory: its row and what only lives while the process does.
struct Contact {
  record::Binding row;
  sip::Flow flow;
  sip::TimePoint expires{};
  std::uint64_t order{0};  ///< larger: registered later
  std::uint64_t batch{0};  ///< the store's batch its 200 waits for
  bool flow_open{true};    ///< false once the connection is known to be closed
};

struct DeviceEntry {
  record::Device row;
  std::vector<Contact> contacts;   ///< one per reg-id
  record::WallTime seen_stored{};  ///< the last REGISTER the store knows of

  /// The contact registered last, or none: the device is asleep.
  const Contact* newest() const;
  /// The newest contact whose flow may still be alive, or none.
  const Contact* reachable() const;
};

/// True when two devices (of two users, or of one) are accounts on one phone: same instance or push
/// token, or, when one does not say its instance, a flow in common.
bool same_phone(const DeviceEntry& a, const DeviceEntry& b);

struct UserEntry {
  record::User row;
  std::vector<DeviceId> devices;
};

/// Users, their devices and their contacts (RFC 3261 section 10, "location service"), in memory.
/// A device outlives its contacts: without one it is asleep, not gone.
class Directory {
 public:
  /// Takes over what the store held. Expired contacts are left out; connections are closed ones.
  void load(const record::Snapshot& snapshot, sip::Instant now);

  UserEntry* find_user(std::string_view aor);
  UserEntry* user(UserId id);
  DeviceEntry* device(DeviceId id);
  const DeviceEntry* device(DeviceId id) const;
  /// The user a device belongs to; nothing when either is gone.
  const record::User* owner_of(DeviceId id) const;
  /// The same as an address of record; empty when either is gone.
  std::string_view aor_of(DeviceId id) const;
  /// Devices with a contact on this flow.
  std::vector<DeviceId> on_flow(const sip::Flow& flow) const;
  /// Devices of other users or instances that carry the same push token.
  std::vector<DeviceId> with_token(const record::PushTarget& push) const;

  void put_user(record::User row);
  /// Removes the user with devices and contacts; returns the ids of the devices that went.
  std::vector<DeviceId> remove_user(UserId id);
  DeviceEntry& add_device(record::Device row);
  void remove_device(DeviceId id);
  /// Replaces the push coordinates and keeps the token index right.
  void set_push(DeviceEntry& device, record::PushTarget push);
  /// Adds the contact, or replaces the one with the same reg-id.
  void put_contact(DeviceEntry& device, Contact contact);
  void remove_contact(DeviceEntry& device, std::int64_t binding_id);
  /// Puts back what a device was before a change (nothing: it was not there).
  void restore(DeviceId id, std::optional<DeviceEntry> before);

  /// A message or keep-alive came on this flow. In constant time: a gateway may carry thousands.
  /// What a flow that carries devices may still send; nullptr for others. Valid until the next
  /// call.
  sip::Allowance* touch(const sip::Flow& flow, sip::TimePoint now);
  /// When something last came on a flow that carries a device.
  std::optional<sip::TimePoint> last_traffic(const sip::Flow& flow) const;
  /// The connection is closed; its contacts stay registered but cannot be reached, except phones
  /// that nothing keeps us from connecting to: their flow is then one that asks for a connection.
  std::vector<DeviceId> close_flow(const sip::Flow& flow);

  /// The device a binding belongs to.
  std::optional<DeviceId> device_of_binding(std::int64_t binding) const;

  struct Expired {
    DeviceId device;
    std::int64_t binding;
  };
  /// Takes one contact whose time has come out; nothing when none is due.
  std::optional<Expired> pop_expired(sip::TimePoint now);
  /// From when a device without a contact may be forgotten; nothing: it is awake again.
  void set_sleep_limit(DeviceId id, std::optional<sip::TimePoint> at) { sleepers_.set(id, at); }
  std::optional<DeviceId> pop_overslept(sip::TimePoint now) { return sleepers_.pop_due(now); }
  std::optional<sip::TimePoint> next_expiry() const;

  /// Some user, picked by the number; nothing when there is none near.
  const UserEntry* some_user(std::uint64_t number) const;
  std::int64_t next_user_id() { return ++last_.user; }
  std::int64_t next_device_id() { return ++last_.device; }
  std::int64_t next_binding_id() { return ++last_.binding; }
  std::uint64_t next_order() { return ++order_; }

  std::size_t user_count() const { return users_.size(); }
  std::size_t device_count() const { return devices_.size(); }
  std::size_t contact_count() const { return contact_count_; }

 private:
  void index(const DeviceEntry& device, const Contact& contact);
  void unindex(const DeviceEntry& device, const Contact& contact);
  void index_token(const record::Device& row);
  void unindex_token(const record::Device& row);

  std::unordered_map<std::string, UserId, sip::TextHash, std::equal_to<>> by_aor_;
  std::unordered_map<UserId, UserEntry> users_;
  std::unordered_map<DeviceId, DeviceEntry> devices_;
  struct OnFlow {
    std::vector<DeviceId> devices;  ///< sorted; one entry a contact
    std::optional<sip::TimePoint> last_traffic;
    sip::Allowance messages{};
  };
  std::unordered_map<sip::Flow, OnFlow> by_flow_;
  std::unordered_multimap<std::size_t, DeviceId> by_token_;
  std::unordered_map<std::int64_t, DeviceId> binding_device_;
  sip::DeadlineQueue<std::int64_t> expiries_;  ///< by binding id
  sip::DeadlineQueue<DeviceId> sleepers_;
  record::Snapshot::LastIds last_;
  std::uint64_t order_{0};
  std::size_t contact_count_{0};
};

}  // namespace proxy::registrar
