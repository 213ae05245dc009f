#include "proxy/core/admission/bans.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/settings/source.hpp"

namespace proxy::admission {

std::vector<std::int64_t> Bans::load(const std::vector<record::Ban>& rows, std::int64_t last_id,
                                     const BanTimes& times, sip::Instant now) {
  std::vector<std::int64_t> useless;
  last_id_ = last_id;
  for (const auto& row : rows) {
    const auto source = parse_source(row.address);
    const auto* older = source ? find(*source) : nullptr;
    if (!source) useless.push_back(row.id);
    if (older) useless.push_back(older->id);
    if (older) erase(older->id);
    if (!source) continue;
    const auto left = std::min<sip::Duration>(row.expires_at - now.wall, longest_ban);
    put({row, now.mono + left, left.count() <= 0}, times);
  }
  return useless;
}

bool Bans::is_banned(const sip::Address& source, sip::TimePoint now) const {
  const auto found = by_source_.find(source);
  if (found == by_source_.end()) return false;
  return now < entries_.at(found->second).ends;
}

Bans::Added Bans::add(const sip::Address& source, std::string_view reason,
                      std::optional<sip::Duration> length, const BanTimes& times,
                      sip::Instant now) {
  Added added;
  Entry entry;
  if (const auto* known = find(source)) {
    entry.row = *known;
    erase(known->id);
  } else {
    added.gone = make_room();
    entry.row.id = ++last_id_;
    entry.row.address = source_text(source);
  }
  const std::size_t step = std::min<std::size_t>(entry.row.count, times.steps.size() - 1);
  const auto lasts = length.value_or(times.steps[step]);
  ++entry.row.count;
  entry.row.reason = reason;
  entry.row.created_at = now.wall;
  entry.row.expires_at = now.wall + lasts;
  entry.ends = now.mono + lasts;
  added.row = entry.row;
  put(std::move(entry), times);
  return added;
}

std::optional<record::Ban> Bans::lift(std::int64_t id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  auto row = found->second.row;
  erase(id);
  return row;
}

const record::Ban* Bans::find(const sip::Address& source) const {
  const auto found = by_source_.find(source);
  return found == by_source_.end() ? nullptr : find(found->second);
}

const record::Ban* Bans::find(std::int64_t id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second.row;
}

void Bans::put_back(record::Ban row, const BanTimes& times, sip::Instant now) {
  const auto source = parse_source(row.address);
  if (!source) return;
  if (const auto* known = find(*source)) erase(known->id);
  const auto left = row.expires_at - now.wall;
  put({std::move(row), now.mono + left, left.count() <= 0}, times);
}

std::optional<Bans::Due> Bans::pop_due(const BanTimes& times, sip::TimePoint now) {
  const auto id = deadlines_.pop_due(now);
  if (!id) return std::nullopt;
  Entry& entry = entries_.at(*id);
  if (!entry.over) {
    entry.over = true;
    --active_;
    deadlines_.set(*id, entry.ends + times.forget_after);
    return Due{entry.row, false};
  }
  Due due{entry.row, true};
  erase(*id);
  return due;
}

void Bans::put(Entry entry, const BanTimes& times) {
  const auto id = entry.row.id;
  deadlines_.set(id, entry.over ? entry.ends + times.forget_after : entry.ends);
  if (!entry.over) ++active_;
  by_source_[*parse_source(entry.row.address)] = id;
  entries_[id] = std::move(entry);
}

void Bans::erase(Key id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  if (!found->second.over) --active_;
  by_source_.erase(*parse_source(found->second.row.address));
  deadlines_.set(id, std::nullopt);
  entries_.erase(found);
}

std::optional<std::int64_t> Bans::make_room() {
  if (entries_.size() < limit_) return std::nullopt;
  const auto first = std::min_element(entries_.begin(), entries_.end(), [](auto& a, auto& b) {
    return std::pair{!a.second.over, a.second.ends} < std::pair{!b.second.over, b.second.ends};
  });
  const auto id = first->first;
  erase(id);
  return id;
}

}  // namespace proxy::admission
