#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/rows.hpp"

namespace proxy {

/// The hunt groups, as they are stored.
class GroupBook {
 public:
  void restore(const record::Snapshot& snapshot);

  const record::Group* find(std::string_view aor) const;
  const record::Group* group(std::int64_t id) const;
  const std::map<std::int64_t, record::Group>& groups() const { return groups_; }

  std::int64_t next_id() { return ++last_; }
  void put(record::Group row);
  void remove(std::int64_t id) { groups_.erase(id); }

 private:
  std::map<std::int64_t, record::Group> groups_;
  std::int64_t last_{0};
};

/// The addresses of record of its members, in their order.
std::vector<std::string> members_of(const record::Group& group);

}  // namespace proxy
