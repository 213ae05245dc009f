#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "proxy/core/record/group.hpp"

namespace web::api {

// What may be asked of one hunt group.

struct ReadGroup {
  std::string aor;
  bool operator==(const ReadGroup&) const = default;
};
struct AddGroup {
  proxy::record::GroupFields fields;
  bool operator==(const AddGroup&) const = default;
};
struct ChangeGroup {
  std::string aor;
  proxy::record::GroupFields fields;
  std::vector<std::uint64_t> if_match{};
  bool operator==(const ChangeGroup&) const = default;
};
struct RemoveGroup {
  std::string aor;
  std::vector<std::uint64_t> if_match{};
  bool operator==(const RemoveGroup&) const = default;
};

}  // namespace web::api
