#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "proxy/core/view/view.hpp"

namespace proxy {

/// Is a row's version one of those that may be changed? None named: any may.
inline bool is_one_of(std::uint64_t version, const std::vector<std::uint64_t>& versions) {
  return versions.empty() || std::ranges::find(versions, version) != versions.end();
}

inline view::Refused changed_since() {
  return {412, "If-Match", "it was changed meanwhile; read it again"};
}

}  // namespace proxy
