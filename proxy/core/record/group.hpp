#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/shown.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::record {

/// A number that rings several users.
struct Group {
  std::int64_t id{0};
  std::string aor;  ///< "sales@example.com", canonical; no user's
  bool enabled{true};
  std::string strategy{"parallel"};  ///< all members at once, or "serial": one after another
  std::uint32_t ring_s{20};          ///< for how long each of them; parallel: all
  std::string members;               ///< addresses of record of users, one a line, in their order
  std::string forward_no_answer;     ///< where calls go on to that nobody took; empty: nowhere
  sip::WallTime created_at{};
  bool operator==(const Group&) const = default;
};

/// What is asked to be in a new group, or to become of one: what is not given stays as it is.
struct GroupFields {
  std::optional<std::string> aor, strategy, members, forward_no_answer;
  std::optional<bool> enabled;
  std::optional<std::uint32_t> ring_s;
  bool operator==(const GroupFields&) const = default;
};

/// Visits the members of one or two of Group and GroupFields: visit(name in the API, how, a's,
/// b's).
template <class A, class B, class Visit>
void each_group_member(A& a, B& b, Visit&& visit) {
  visit("aor", Shown::plainly, a.aor, b.aor);
  visit("enabled", Shown::plainly, a.enabled, b.enabled);
  visit("strategy", Shown::plainly, a.strategy, b.strategy);
  visit("ring_s", Shown::plainly, a.ring_s, b.ring_s);
  visit("members", Shown::as_list, a.members, b.members);
  visit("forward_no_answer", Shown::plainly, a.forward_no_answer, b.forward_no_answer);
}

}  // namespace proxy::record
