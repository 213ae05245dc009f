#include "proxy/core/engine/group_book.hpp"

#include <algorithm>
#include <utility>

namespace proxy {

void GroupBook::restore(const record::Snapshot& snapshot) {
  for (const auto& row : snapshot.groups) groups_.emplace(row.id, row);
  last_ = snapshot.last_ids.group;
}

const record::Group* GroupBook::find(std::string_view aor) const {
  const auto at =
      std::ranges::find_if(groups_, [&](const auto& entry) { return entry.second.aor == aor; });
  return at == groups_.end() ? nullptr : &at->second;
}

const record::Group* GroupBook::group(std::int64_t id) const {
  const auto at = groups_.find(id);
  return at == groups_.end() ? nullptr : &at->second;
}

void GroupBook::put(record::Group row) { groups_.insert_or_assign(row.id, std::move(row)); }

std::vector<std::string> members_of(const record::Group& group) {
  std::vector<std::string> out;
  std::string_view rest = group.members;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (end != 0) out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

}  // namespace proxy
