#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proxy::view {

/// How it stands with each trunk now.
struct TrunkQuery {};
struct TrunkState {
  std::int64_t trunk{0};
  struct Registration {
    std::string_view state;  ///< trunk::to_string: "trying", "registered", "failed"
    std::string why;         ///< the last attempt failed; empty: it did not
  };
  std::optional<Registration> registration{};  ///< of a trunk at which we register
  struct Target {
    std::string to;          ///< "udp:192.0.2.10:5060"
    std::optional<bool> up;  ///< nothing: not known
  };
  std::vector<Target> targets{};  ///< as looked up; none while that has not come to its end
  std::size_t calls{0};           ///< that have not ended, both ways
};
struct TrunkStates {
  std::vector<TrunkState> trunks;
};

}  // namespace proxy::view
