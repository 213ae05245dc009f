#include "proxy/core/registrar/directory.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy::registrar {
namespace {

std::size_t token_key(const record::PushTarget& push) {
  return std::hash<std::string>{}(push.prid);
}

/// How to connect to a phone whose connection is gone: its contact is the address it registered
/// from, so no NAT lies between, and it asked for no outbound. Who is pushed comes by itself. Not
/// on this machine, where whoever registers through a local proxy could name any service.
std::optional<sip::Flow> door_of(const DeviceEntry& device, const Contact& contact) {
  const auto& was = contact.flow;
  if (was.transport != sip::Transport::tcp || was.peer.address.is_loopback()) return std::nullopt;
  if (device.row.push || contact.row.reg_id != 0 || !contact.row.path.empty()) return std::nullopt;
  const auto uri = sip::UriView::parse(contact.row.contact);
  if (!uri || !uri->is_sip() || uri->is_sips() || uri->params.has("ob") || uri->params.has("maddr"))
    return std::nullopt;
  const auto transport = uri->params.value("transport");
  if (!transport || !sip::iequals(*transport, "tcp")) return std::nullopt;
  if (sip::Address::parse(uri->host) != was.peer.address) return std::nullopt;
  constexpr std::uint16_t default_port = 5060;
  const std::uint16_t port = uri->port != 0 ? uri->port : default_port;
  return sip::Flow{was.transport, was.listener, {was.peer.address, port}, 0};
}

}  // namespace

const Contact* DeviceEntry::newest() const {
  const auto found = std::ranges::max_element(contacts, {}, &Contact::order);
  return found == contacts.end() ? nullptr : &*found;
}

const Contact* DeviceEntry::reachable() const {
  const Contact* best = nullptr;
  for (const Contact& c : contacts)
    if (c.flow_open && (!best || c.order > best->order)) best = &c;
  return best;
}

bool same_phone(const DeviceEntry& a, const DeviceEntry& b) {
  if (a.row.push && b.row.push && a.row.push.prid == b.row.push.prid) return true;
  if (!a.row.instance.empty() && !b.row.instance.empty()) return a.row.instance == b.row.instance;
  return std::ranges::any_of(a.contacts, [&](const Contact& mine) {
    return std::ranges::any_of(b.contacts, [&](const Contact& c) { return c.flow == mine.flow; });
  });
}

void Directory::load(const record::Snapshot& snapshot, sip::Instant now) {
  last_ = snapshot.last_ids;
  users_.reserve(snapshot.users.size());
  by_aor_.reserve(snapshot.users.size());
  for (const auto& row : snapshot.users) put_user(row);
  for (const auto& row : snapshot.devices)
    if (users_.contains(row.user_id)) add_device(row);
  for (const auto& row : snapshot.bindings) {
    DeviceEntry* owner = device(row.device_id);
    const auto flow = sip::parse_flow(row.flow);
    if (!owner || !flow || row.expires_at <= now.wall) continue;
    Contact contact;
    contact.row = row;
    contact.flow = *flow;
    contact.expires = now.mono + (row.expires_at - now.wall);
    contact.order = next_order();
    contact.flow_open = !flow->reliable();
    if (const auto door = door_of(*owner, contact)) {
      contact.flow = *door;
      contact.flow_open = true;
    }
    put_contact(*owner, std::move(contact));
  }
}

UserEntry* Directory::find_user(std::string_view aor) {
  const auto found = by_aor_.find(aor);
  return found == by_aor_.end() ? nullptr : user(found->second);
}

UserEntry* Directory::user(UserId id) {
  const auto found = users_.find(id);
  return found == users_.end() ? nullptr : &found->second;
}

DeviceEntry* Directory::device(DeviceId id) {
  const auto found = devices_.find(id);
  return found == devices_.end() ? nullptr : &found->second;
}

const DeviceEntry* Directory::device(DeviceId id) const {
  const auto found = devices_.find(id);
  return found == devices_.end() ? nullptr : &found->second;
}

const record::User* Directory::owner_of(DeviceId id) const {
  const DeviceEntry* entry = device(id);
  if (!entry) return nullptr;
  const auto found = users_.find(entry->row.user_id);
  return found == users_.end() ? nullptr : &found->second.row;
}

std::string_view Directory::aor_of(DeviceId id) const {
  const record::User* owner = owner_of(id);
  return owner ? std::string_view{owner->aor} : std::string_view{};
}

std::vector<DeviceId> Directory::on_flow(const sip::Flow& flow) const {
  const auto found = by_flow_.find(flow);
  if (found == by_flow_.end()) return {};
  auto out = found->second.devices;
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<DeviceId> Directory::with_token(const record::PushTarget& push) const {
  std::vector<DeviceId> out;
  if (!push) return out;
  const auto [begin, end] = by_token_.equal_range(token_key(push));
  for (auto at = begin; at != end; ++at)
    if (const auto* d = device(at->second); d && d->row.push.prid == push.prid)
      out.push_back(at->second);
  std::ranges::sort(out);
  return out;
}

void Directory::put_user(record::User row) {
  const UserId id = row.id;
  last_.user = std::max(last_.user, id);
  by_aor_[row.aor] = id;
  users_[id].row = std::move(row);
}

std::vector<DeviceId> Directory::remove_user(UserId id) {
  UserEntry* entry = user(id);
  if (!entry) return {};
  auto devices = entry->devices;
  for (const DeviceId d : devices) remove_device(d);
  by_aor_.erase(entry->row.aor);
  users_.erase(id);
  return devices;
}

DeviceEntry& Directory::add_device(record::Device row) {
  const DeviceId id = row.id;
  last_.device = std::max(last_.device, id);
  if (UserEntry* owner = user(row.user_id)) owner->devices.push_back(id);
  index_token(row);
  DeviceEntry& entry = devices_[id];
  entry.row = std::move(row);
  entry.seen_stored = entry.row.last_register;
  return entry;
}

void Directory::remove_device(DeviceId id) {
  DeviceEntry* entry = device(id);
  if (!entry) return;
  for (const Contact& c : entry->contacts) unindex(*entry, c);
  unindex_token(entry->row);
  if (UserEntry* owner = user(entry->row.user_id)) std::erase(owner->devices, id);
  sleepers_.set(id, std::nullopt);
  devices_.erase(id);
}

void Directory::set_push(DeviceEntry& device, record::PushTarget push) {
  unindex_token(device.row);
  device.row.push = std::move(push);
  index_token(device.row);
}

void Directory::put_contact(DeviceEntry& device, Contact contact) {
  last_.binding = std::max(last_.binding, contact.row.id);
  const auto same = std::ranges::find_if(
      device.contacts, [&](const Contact& c) { return c.row.reg_id == contact.row.reg_id; });
  if (same != device.contacts.end()) {
    unindex(device, *same);
    *same = std::move(contact);
    return index(device, *same);
  }
  device.contacts.push_back(std::move(contact));
  index(device, device.contacts.back());
}

void Directory::remove_contact(DeviceEntry& device, std::int64_t binding_id) {
  const auto found = std::ranges::find_if(device.contacts,
                                          [&](const Contact& c) { return c.row.id == binding_id; });
  if (found == device.contacts.end()) return;
  unindex(device, *found);
  device.contacts.erase(found);
}

void Directory::restore(DeviceId id, std::optional<DeviceEntry> before) {
  if (DeviceEntry* entry = device(id)) {
    while (!entry->contacts.empty()) remove_contact(*entry, entry->contacts.back().row.id);
    if (!before) return remove_device(id);
    set_push(*entry, before->row.push);
    entry->row = before->row;
  } else {
    if (!before) return;
    add_device(before->row);
  }
  DeviceEntry& entry = *device(id);
  entry.seen_stored = before->seen_stored;
  for (Contact& c : before->contacts) put_contact(entry, std::move(c));
}

sip::Allowance* Directory::touch(const sip::Flow& flow, sip::TimePoint now) {
  const auto found = by_flow_.find(flow);
  if (found == by_flow_.end()) return nullptr;
  found->second.last_traffic = now;
  return &found->second.messages;
}

std::optional<sip::TimePoint> Directory::last_traffic(const sip::Flow& flow) const {
  const auto found = by_flow_.find(flow);
  return found == by_flow_.end() ? std::nullopt : found->second.last_traffic;
}

std::vector<DeviceId> Directory::close_flow(const sip::Flow& flow) {
  auto devices = on_flow(flow);
  for (const DeviceId id : devices)
    for (Contact& c : device(id)->contacts) {
      if (c.flow != flow) continue;
      const auto door = door_of(*device(id), c);
      if (!door) {
        c.flow_open = false;
        continue;
      }
      unindex(*device(id), c);
      c.flow = *door;
      index(*device(id), c);
    }
  return devices;
}

std::optional<DeviceId> Directory::device_of_binding(std::int64_t binding) const {
  const auto found = binding_device_.find(binding);
  if (found == binding_device_.end()) return std::nullopt;
  return found->second;
}

std::optional<Directory::Expired> Directory::pop_expired(sip::TimePoint now) {
  while (const auto binding = expiries_.pop_due(now)) {
    const auto owner = binding_device_.find(*binding);
    if (owner == binding_device_.end()) continue;
    const DeviceId id = owner->second;
    remove_contact(*device(id), *binding);
    return Expired{id, *binding};
  }
  return std::nullopt;
}

std::optional<sip::TimePoint> Directory::next_expiry() const {
  const auto expiry = expiries_.next();
  const auto sleeper = sleepers_.next();
  if (!expiry || !sleeper) return expiry ? expiry : sleeper;
  return std::min(*expiry, *sleeper);
}

void Directory::index(const DeviceEntry& device, const Contact& contact) {
  auto& devices = by_flow_[contact.flow].devices;
  devices.insert(std::ranges::upper_bound(devices, device.row.id), device.row.id);
  binding_device_[contact.row.id] = device.row.id;
  expiries_.set(contact.row.id, contact.expires);
  ++contact_count_;
}

void Directory::unindex(const DeviceEntry& device, const Contact& contact) {
  if (const auto found = by_flow_.find(contact.flow); found != by_flow_.end()) {
    auto& devices = found->second.devices;
    const auto at = std::ranges::lower_bound(devices, device.row.id);
    if (at != devices.end() && *at == device.row.id) devices.erase(at);
    if (devices.empty()) by_flow_.erase(found);
  }
  binding_device_.erase(contact.row.id);
  expiries_.set(contact.row.id, std::nullopt);
  --contact_count_;
}

void Directory::index_token(const record::Device& row) {
  if (row.push) by_token_.emplace(token_key(row.push), row.id);
}

void Directory::unindex_token(const record::Device& row) {
  if (!row.push) return;
  const auto [begin, end] = by_token_.equal_range(token_key(row.push));
  for (auto at = begin; at != end; ++at)
    if (at->second == row.id) {
      by_token_.erase(at);
      return;
    }
}

const UserEntry* Directory::some_user(std::uint64_t number) const {
  constexpr std::uint64_t gap_max = 64;  // ids of removed users
  const auto last = static_cast<std::uint64_t>(last_.user);
  for (std::uint64_t i = 0; i < std::min(gap_max, last); ++i) {
    const auto id = static_cast<UserId>(1 + (number % last + i) % last);
    if (const auto found = users_.find(id); found != users_.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace proxy::registrar
