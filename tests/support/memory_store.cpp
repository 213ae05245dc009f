#include "tests/support/memory_store.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace test {

namespace record = proxy::record;

void MemoryStore::write(proxy::Seq seq, record::Change change) {
  if (gathering_.changes.empty()) gathering_.range.from = seq;
  gathering_.range.to = std::max(gathering_.range.to, seq);
  gathering_.changes.push_back(std::move(change));
}

void MemoryStore::begin() { running_ = std::exchange(gathering_, {}); }

MemoryStore::Range MemoryStore::finish(bool ok) {
  Batch batch = std::move(*running_);
  running_.reset();
  if (ok) {
    ++commits;
    for (const auto& change : batch.changes) apply(change);
  }
  return batch.range;
}

void MemoryStore::crash() {
  gathering_ = {};
  running_.reset();
}

void MemoryStore::apply(const record::Change& change) {
  std::visit([this](const auto& row) { put(row); }, change);
}

namespace {

template <class Row>
void keep(std::map<std::int64_t, Row>& rows, std::int64_t& last, const Row& row) {
  rows[row.id] = row;
  last = std::max(last, row.id);
}

template <class Map, class Rows>
void copy_values(const Map& from, Rows& to) {
  for (const auto& [key, row] : from) to.push_back(row);
}

}  // namespace

void MemoryStore::put(const record::User& row) { keep(users, last_ids_.user, row); }
void MemoryStore::put(const record::Device& row) { keep(devices, last_ids_.device, row); }
void MemoryStore::put(const record::Binding& row) {
  keep(bindings, last_ids_.binding, row);
  last_ids_.device = std::max(last_ids_.device, row.device_id);
}
void MemoryStore::put(const record::Call& row) { keep(calls, last_ids_.call, row); }
void MemoryStore::put(const record::CallInvite& row) {
  invites[row.call_id] = row;
  last_ids_.call = std::max(last_ids_.call, row.call_id);
}
void MemoryStore::put(const record::Leg& row) {
  keep(legs, last_ids_.leg, row);
  last_ids_.call = std::max(last_ids_.call, row.call_id);
  last_ids_.device = std::max(last_ids_.device, row.device_id);
}
void MemoryStore::put(const record::MessageHead& row) {
  heads[{row.call_id, row.step}] = row.head;
  last_ids_.call = std::max(last_ids_.call, row.call_id);
}
void MemoryStore::put(const record::ApiToken& row) { keep(tokens, last_ids_.token, row); }
void MemoryStore::put(const record::Ban& row) { keep(bans, last_ids_.ban, row); }
void MemoryStore::put(const record::Trunk& row) { keep(trunks, last_ids_.trunk, row); }
void MemoryStore::put(const record::Route& row) { keep(routes, last_ids_.route, row); }
void MemoryStore::put(const record::Group& row) { keep(groups, last_ids_.group, row); }
void MemoryStore::put(const record::Audit& row) { keep(audits, last_ids_.audit, row); }
void MemoryStore::put(const record::Setting& row) { settings[row.key] = row; }

void MemoryStore::put(const record::DeviceSeen& row) {
  const auto at = devices.find(row.id);
  if (at != devices.end()) at->second.last_register = row.last_register;
}

void MemoryStore::put(const record::BindingRefresh& row) {
  const auto at = bindings.find(row.id);
  if (at == bindings.end()) return;
  at->second.cseq = row.cseq;
  at->second.expires_at = row.expires_at;
  at->second.flow = row.flow;
  at->second.contact = row.contact;
}

void MemoryStore::put(const record::Erase& row) {
  using record::Table;
  switch (row.table) {
    case Table::user:
      users.erase(row.id);
      break;
    case Table::device:
      devices.erase(row.id);
      break;
    case Table::binding:
      bindings.erase(row.id);
      break;
    case Table::call:
      calls.erase(row.id);
      break;
    case Table::call_invite:
      invites.erase(row.id);
      break;
    case Table::leg:
      legs.erase(row.id);
      break;
    case Table::api_token:
      tokens.erase(row.id);
      break;
    case Table::ban:
      bans.erase(row.id);
      break;
    case Table::audit:
      audits.erase(row.id);
      break;
    case Table::trunk:
      trunks.erase(row.id);
      break;
    case Table::route:
      routes.erase(row.id);
      break;
    case Table::hunt_group:
      groups.erase(row.id);
      break;
  }
}

record::Snapshot MemoryStore::snapshot() const {
  record::Snapshot out;
  copy_values(users, out.users);
  copy_values(devices, out.devices);
  copy_values(bindings, out.bindings);
  copy_values(invites, out.invites);
  copy_values(tokens, out.tokens);
  copy_values(bans, out.bans);
  copy_values(trunks, out.trunks);
  copy_values(routes, out.routes);
  copy_values(groups, out.groups);
  copy_values(settings, out.settings);
  for (const auto& [id, call] : calls) {
    const bool owed = std::ranges::any_of(legs, [call_id = id](const auto& leg) {
      return leg.second.call_id == call_id && leg.second.notice != record::Notice::none;
    });
    if (call.state == record::CallState::ended && !invites.contains(id) && !owed) continue;
    out.open_calls.push_back(call);
    for (const auto& [leg_id, leg] : legs)
      if (leg.call_id == id) out.legs.push_back(leg);
  }
  out.last_ids = last_ids_;
  return out;
}

}  // namespace test
