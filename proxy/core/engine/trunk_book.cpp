#include "proxy/core/engine/trunk_book.hpp"

#include <algorithm>
#include <utility>

namespace proxy {
namespace {

template <class Row>
const Row* find(const std::map<std::int64_t, Row>& rows, const record::RowName& which) {
  if (which.id != 0) {
    const auto at = rows.find(which.id);
    return at == rows.end() ? nullptr : &at->second;
  }
  const auto at = std::ranges::find_if(
      rows, [&](const auto& entry) { return entry.second.name == which.name; });
  return at == rows.end() ? nullptr : &at->second;
}

template <class Row>
std::vector<Row> values(const std::map<std::int64_t, Row>& rows) {
  std::vector<Row> out;
  out.reserve(rows.size());
  for (const auto& [id, row] : rows) out.push_back(row);
  return out;
}

}  // namespace

void TrunkBook::restore(const record::Snapshot& snapshot) {
  for (const auto& row : snapshot.trunks) trunks_.emplace(row.id, row);
  for (const auto& row : snapshot.routes) routes_.emplace(row.id, row);
  last_trunk_ = snapshot.last_ids.trunk;
  last_route_ = snapshot.last_ids.route;
  rebuild();
}

const record::Trunk* TrunkBook::trunk(const record::RowName& which) const {
  return find(trunks_, which);
}

std::string TrunkBook::name_of(std::int64_t id) const {
  const auto* row = trunk({id, {}});
  return row ? row->name : std::string{};
}

const record::Route* TrunkBook::route(const record::RowName& which) const {
  return find(routes_, which);
}

const record::Trunk* TrunkBook::inbound(std::string_view username) const {
  if (username.empty()) return nullptr;
  const auto at = std::ranges::find_if(trunks_, [&](const auto& entry) {
    return entry.second.enabled && entry.second.inbound_username == username;
  });
  return at == trunks_.end() ? nullptr : &at->second;
}

std::vector<record::Route> TrunkBook::routes_of(std::string_view trunk) const {
  auto out = values(routes_);
  std::erase_if(out, [trunk](const record::Route& route) {
    return route.trunk != trunk && route.from != trunk;
  });
  return out;
}

void TrunkBook::put(record::Trunk row) {
  trunks_.insert_or_assign(row.id, std::move(row));
  rebuild();
}
void TrunkBook::put(record::Route row) {
  routes_.insert_or_assign(row.id, std::move(row));
  rebuild();
}
void TrunkBook::remove_trunk(std::int64_t id) {
  if (trunks_.erase(id) != 0) rebuild();
}
void TrunkBook::remove_route(std::int64_t id) {
  if (routes_.erase(id) != 0) rebuild();
}

void TrunkBook::rebuild() { table_.set(values(routes_), values(trunks_)); }

}  // namespace proxy
