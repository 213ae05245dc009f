#include "tests/sim/switchboard.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace test::sim {

namespace {

std::string user_name(std::size_t user) { return "u" + std::to_string(user); }

/// Somewhere that is not `own`; empty when there is nothing.
std::string choose_target(Dice& dice, std::size_t users, std::size_t groups, std::string_view own) {
  std::string target = "900";
  if (const int way = dice.between(1, 100); way <= 65)
    target = user_name(dice.below(users));
  else if (way <= 80 && groups > 0)
    target = "g" + std::to_string(dice.below(groups));
  return target == own ? std::string{} : target;
}

Wishes choose_wishes(Dice& dice, std::size_t users, std::size_t groups, std::string_view own) {
  static constexpr int patience[] = {2, 4, 6, 10, 20};
  Wishes wishes;
  const auto target = [&] { return choose_target(dice, users, groups, own); };
  wishes.do_not_disturb = dice.percent(10);
  if (dice.percent(8)) wishes.always = target();
  if (dice.percent(40)) wishes.busy = target();
  if (dice.percent(45)) wishes.no_answer = target();
  if (dice.percent(40)) wishes.not_reachable = target();
  wishes.no_answer_s = dice.pick(patience);
  return wishes;
}

GroupPlan choose_group(Dice& dice, std::size_t users, std::size_t groups, std::string_view own) {
  GroupPlan group;
  group.serial = dice.percent(50);
  group.ring_s = dice.between(3, 10);
  for (std::size_t user = 0; user < users; ++user)
    if (dice.percent(70)) group.members.push_back(user);
  if (group.members.size() > 1 && dice.percent(50)) std::ranges::reverse(group.members);
  if (dice.percent(50)) group.forward_no_answer = choose_target(dice, users, groups, own);
  return group;
}

}  // namespace

Switchboard choose_switchboard(Dice& dice, std::size_t users) {
  Switchboard board;
  board.on = dice.percent(35);
  if (!board.on) return board;
  constexpr std::size_t groups = 2;
  for (std::size_t user = 0; user < users; ++user)
    board.wishes.push_back(dice.percent(60) ? choose_wishes(dice, users, groups, user_name(user))
                                            : Wishes{});
  for (std::size_t group = 0; group < groups; ++group)
    board.groups.push_back(choose_group(dice, users, groups, "g" + std::to_string(group)));
  board.has_password = dice.percent(60);
  if (dice.percent(75)) board.last_route = choose_target(dice, users, groups, "900");
  return board;
}

std::string choose_callee(Dice& dice, const Switchboard& board, std::string callee) {
  if (!board.on) return callee;
  const int way = dice.between(1, 100);
  if (way <= 20) return "g" + std::to_string(dice.below(board.groups.size()));
  return way <= 40 ? "900" : callee;
}

std::optional<std::size_t> Switchboard::user_of(std::string_view to) {
  if (to.size() < 2 || !to.starts_with('u')) return std::nullopt;
  const auto number = sip::parse_number(to.substr(1), 1000);
  return number ? std::optional{static_cast<std::size_t>(*number)} : std::nullopt;
}

bool Switchboard::stays(std::string_view to) const {
  const auto user = user_of(to);
  return user && (!on || wishes.at(*user).none());
}

std::set<std::size_t> Switchboard::reach(std::string_view to) const {
  std::set<std::size_t> users;
  std::set<std::string, std::less<>> seen;
  std::vector<std::string> left{std::string{to}};
  while (!left.empty()) {
    const auto here = left.back();
    left.pop_back();
    if (here.empty() || !seen.insert(here).second) continue;
    if (const auto user = user_of(here)) {
      const Wishes wish = on ? wishes.at(*user) : Wishes{};
      left.push_back(wish.always);
      if (!wish.always.empty()) continue;
      left.push_back(wish.busy);
      if (wish.do_not_disturb) continue;
      users.insert(*user);
      left.insert(left.end(), {wish.no_answer, wish.not_reachable});
    } else if (on && here.starts_with('g')) {
      const auto& group = groups.at(static_cast<std::size_t>(here.at(1) - '0'));
      for (const auto member : group.members)
        if (!wishes.at(member).do_not_disturb) users.insert(member);
      left.push_back(group.forward_no_answer);
    } else if (on && here == "900") {
      users.insert(outside);
      left.push_back(last_route);
    }
  }
  return users;
}

}  // namespace test::sim
