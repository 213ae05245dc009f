#pragma once
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/dice.hpp"

namespace test::sim {

/// What one user wishes for his calls. Where to: a user ("u1"), a group ("g0") or a number that
/// leaves by the trunk ("900"); empty: nowhere.
struct Wishes {
  bool do_not_disturb{false};
  std::string always, busy, no_answer, not_reachable;
  int no_answer_s{20};

  bool none() const {
    return !do_not_disturb && always.empty() && busy.empty() && no_answer.empty() &&
           not_reachable.empty();
  }
};

struct GroupPlan {
  bool serial{false};
  int ring_s{10};
  std::vector<std::size_t> members;  ///< as users
  std::string forward_no_answer;
};

/// Who forwards to whom, the groups and the routes of one run: what the owner has set up.
struct Switchboard {
  /// Stands among users for the trunk.
  static constexpr std::size_t outside = 1'000'000;

  bool on{false};
  std::vector<Wishes> wishes;  ///< by user
  std::vector<GroupPlan> groups;
  bool has_password{false};  ///< of the trunk; then it may challenge
  std::string last_route;    ///< behind the trunk: a user or a group; empty: refused

  /// A call for `to` goes nowhere but to the phones there.
  bool stays(std::string_view to) const;
  /// The users whose phones a call for `to` may ring or wake, by whatever happens on its way.
  std::set<std::size_t> reach(std::string_view to) const;
  /// The one user whom `to` names; nothing for groups, numbers and strangers.
  static std::optional<std::size_t> user_of(std::string_view to);
};

/// What the route behind the trunk refuses with; no gateway says this.
inline constexpr int refusal_of_last_route = 410;
inline constexpr std::string_view trunk_password = "trunk-secret";
inline constexpr int first_gateway_number = 70;
inline constexpr int gateways = 2;

/// Off in most runs.
Switchboard choose_switchboard(Dice& dice, std::size_t users);
/// A number, or sometimes a group, instead of a user.
std::string choose_callee(Dice& dice, const Switchboard& board, std::string callee);

}  // namespace test::sim
