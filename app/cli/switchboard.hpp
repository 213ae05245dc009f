#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/look.hpp"
#include "app/cli/place.hpp"

namespace app::cli {

// What users wish for their calls, and hunt groups, through the API of the running server or the
// data folder.

struct WishOptions {
  Place place;
  std::string aor;
  std::optional<std::string> always, busy, no_answer, not_reachable;  ///< "": nowhere
  std::optional<std::uint32_t> no_answer_s;
  bool do_not_disturb{false};
  bool disturb{false};
};
int user_set(const WishOptions& options);

struct GroupOptions {
  Place place;
  std::string aor;
  std::vector<std::string> members;
  std::string strategy;
  std::string forward_no_answer;
  std::optional<std::uint32_t> ring_s;
};
struct GroupSetOptions {
  Place place;
  std::string aor;
  std::vector<std::string> members;  ///< empty: as they are
  std::string strategy;
  std::optional<std::string> forward_no_answer;  ///< "": nowhere
  std::optional<std::uint32_t> ring_s;
  bool enable{false};
  bool disable{false};
};
int group_list(const LookOptions& options);
int group_add(const GroupOptions& options);
int group_set(const GroupSetOptions& options);
int group_remove(const LookOptions& options);

}  // namespace app::cli
