#include "proxy/core/admission/sources.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace proxy::admission {

std::chrono::nanoseconds SourceEntry::debt(sip::TimePoint now) const {
  return messages.debt(now) + requests.debt(now) + failures.debt(now) + pushes.debt(now);
}

Sources::Sources(std::size_t limit, std::uint64_t seed)
    : limit_{std::bit_ceil(std::max(limit, ways))}, seed_{seed}, entries_(ways) {}

std::size_t Sources::set_of(const sip::Address& who) const {
  std::uint64_t halves[2];
  std::memcpy(halves, who.bytes.data(), sizeof halves);
  std::uint64_t h = (halves[0] ^ seed_) * 0x9E3779B97F4A7C15ULL;
  h = (h ^ (h >> 32U) ^ halves[1]) * 0xD6E8FEB86659FD93ULL;
  h = (h ^ (h >> 29U) ^ seed_) * 0xBF58476D1CE4E5B9ULL;
  const std::size_t sets = entries_.size() / ways;
  return static_cast<std::size_t>(h >> 32U) % sets * ways;
}

SourceEntry* Sources::find(const sip::Address& who) {
  const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(set_of(who));
  const auto found = std::find_if(first, first + ways, [&](const auto& e) { return e.who == who; });
  return found == first + ways ? nullptr : &*found;
}

SourceEntry& Sources::at(const sip::Address& who, sip::TimePoint now) {
  if (SourceEntry* known = find(who)) return *known;
  for (;;) {
    const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(set_of(who));
    const auto least = std::min_element(first, first + ways, [&](const auto& a, const auto& b) {
      return a.debt(now) < b.debt(now);
    });
    if (least->debt(now).count() == 0 || entries_.size() >= limit_) {
      *least = SourceEntry{};
      least->who = who;
      return *least;
    }
    grow(now);
  }
}

/// Twice as many sets. What was in one set goes into one of two, so that everything finds room.
void Sources::grow(sip::TimePoint now) {
  auto before = std::exchange(entries_, std::vector<SourceEntry>(entries_.size() * 2));
  for (auto& entry : before) {
    if (entry.debt(now).count() == 0) continue;
    const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(set_of(entry.who));
    const auto room =
        std::find_if(first, first + ways, [](const auto& e) { return e.who == sip::Address{}; });
    if (room != first + ways) *room = entry;
  }
}

}  // namespace proxy::admission
