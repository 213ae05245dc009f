#include "sipstack/locate/arrange.hpp"

#include <algorithm>
#include <utility>

#include "sipstack/locate/bounds.hpp"

namespace sip::locate {
namespace {

/// RFC 2782: those of weight 0 first, then the first whose running sum reaches a random number
/// between 0 and the sum of all.
std::size_t pick(const std::vector<const Way*>& group, IdSource& dice) {
  std::uint64_t sum = 0;
  for (const Way* way : group) sum += way->weight;
  const std::uint64_t mark = dice.next() % (sum + 1);
  std::uint64_t running = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    running += group[i]->weight;
    if (running >= mark) return i;
  }
  return group.size() - 1;
}

void add_group(std::vector<const Way*> group, IdSource& dice, std::vector<Target>& out) {
  std::stable_partition(group.begin(), group.end(), [](const Way* w) { return w->weight == 0; });
  while (!group.empty()) {
    const std::size_t i = group.size() == 1 ? 0 : pick(group, dice);
    for (const Address& address : group[i]->addresses) {
      const Target target{group[i]->transport, {address, group[i]->port}};
      const bool known = std::find(out.begin(), out.end(), target) != out.end();
      if (!known && out.size() < targets_max) out.push_back(target);
    }
    group.erase(group.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

std::string to_string(const Target& target) {
  return std::string{to_string(target.transport)}.append(":").append(target.endpoint.to_string());
}

std::vector<Target> arrange(const std::vector<Way>& ways, IdSource& dice) {
  std::vector<const Way*> sorted;
  sorted.reserve(ways.size());
  for (const Way& way : ways) sorted.push_back(&way);
  const auto place = [](const Way* way) { return std::pair{way->rank, way->priority}; };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Way* a, const Way* b) { return place(a) < place(b); });
  std::vector<Target> out;
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end = std::find_if(begin, sorted.end(),
                                  [&](const Way* way) { return place(way) != place(*begin); });
    add_group({begin, end}, dice, out);
    begin = end;
  }
  return out;
}

}  // namespace sip::locate
