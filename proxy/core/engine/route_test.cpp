#include <utility>

#include "proxy/core/engine/route_choice.hpp"
#include "proxy/core/settings/identity.hpp"

// Where a call would go, step by step, as the desks would decide it.

namespace proxy {
namespace {

using view::RouteTested;
using End = trunk::Choice::End;

constexpr std::size_t longest_number = 255;
constexpr int forwards_most = 5;

RouteTested::End end_of(const trunk::Choice& choice) {
  RouteTested::End end{"reject", choice.to, {}, {}, choice.status, choice.emergency};
  if (choice.end == End::user) end.kind = "user";
  if (choice.end != End::trunk) return end;
  end.kind = "trunk";
  end.number = choice.number;
  end.caller = choice.set_caller;
  return end;
}

/// What becomes of a call that no route has the last word on.
void end_behind_routes(const Core& core, const trunk::Asked& asked, RouteTested& tested) {
  const auto& settings = *core.settings;
  if (settings.pbx) {
    tested.steps.push_back(
        {0, "pbx", true, "what is for no user goes to the PBX " + settings.pbx->host});
    tested.ends.push_back({"pbx", settings.pbx->host, {}, {}, 0, false});
  } else if (tested.ends.empty()) {
    const std::uint32_t status = asked.ours ? 404 : 403;
    tested.steps.push_back({0, "end", true, "no route takes it: " + std::to_string(status)});
    tested.ends.push_back({"reject", {}, {}, {}, status, false});
  }
}

void end_refused(RouteTested& tested, std::uint32_t status) {
  tested.ends.push_back({"reject", {}, {}, {}, status, false});
}

/// What the user himself says of his calls; where to, when all of them go on.
std::string explain(const record::User& user, RouteTested& tested) {
  const auto step = [&](bool matches, std::string why) {
    tested.steps.push_back({0, "forwarding", matches, std::move(why)});
  };
  tested.steps.push_back({0, "users", true, user.aor + " is a user: no route is asked"});
  const auto& wishes = user.forwarding;
  if (!wishes.always.empty()) {
    step(true, "all calls go on to " + wishes.always);
    return wishes.always;
  }
  if (wishes.do_not_disturb && wishes.busy.empty()) {
    step(true, "do not disturb: 480");
    end_refused(tested, 480);
    return {};
  }
  if (wishes.do_not_disturb) {
    step(true, "do not disturb: as when busy, on to " + wishes.busy);
    return wishes.busy;
  }
  if (!wishes.busy.empty()) step(false, "when busy, on to " + wishes.busy);
  if (!wishes.no_answer.empty())
    step(false, "when nobody answers for " + std::to_string(wishes.no_answer_s) + " s, on to " +
                    wishes.no_answer);
  if (!wishes.not_reachable.empty())
    step(false, "when no phone can be reached, on to " + wishes.not_reachable);
  tested.ends.push_back({"user", user.aor, {}, {}, 0, false});
  return {};
}

void explain(const record::Group& group, RouteTested& tested) {
  tested.steps.push_back({0, "groups", true,
                          group.aor + " is a group: " + std::to_string(members_of(group).size()) +
                              " members, " + group.strategy});
  if (!group.forward_no_answer.empty())
    tested.steps.push_back(
        {0, "forwarding", false, "when nobody takes it, on to " + group.forward_no_answer});
  tested.ends.push_back({"group", group.aor, {}, {}, 0, false});
}

/// False when users and groups have said all; else `asked` is whom the routes are asked for.
bool is_for_routes(Core& core, trunk::Asked& asked, RouteTested& tested) {
  for (int forwards = 0;; ++forwards) {
    const auto* group = core.groups.find(asked.callee);
    if (group != nullptr && group->enabled) return explain(*group, tested), false;
    const auto* user = core.directory.find_user(asked.callee);
    if (user == nullptr || !user->row.enabled) break;
    const auto next = explain(user->row, tested);
    if (next.empty()) return false;
    auto there = asked_of(uri_of_number(next, *core.settings), *core.settings);
    if (!there || forwards == forwards_most) return end_refused(tested, 480), false;
    there->caller = user->row.aor;
    asked = *std::move(there);
  }
  tested.steps.push_back({0, "users", false, asked.callee + " is no user"});
  return true;
}

}  // namespace

view::Answer test_route(Core& core, const view::RouteTest& query) {
  const auto& settings = *core.settings;
  if (query.number.empty() || query.number.size() > longest_number)
    return view::Refused{400, "number", "must have 1 to 255 bytes"};
  if (has_blank(query.number))
    return view::Refused{400, "number", "write it without blanks and control characters"};
  auto asked = asked_of(uri_of_number(query.number, settings), settings);
  if (!asked) return view::Refused{400, "number", "write a number, user@domain or a SIP URI"};
  if (!query.trunk.empty() && core.trunks.trunk(query.trunk) == nullptr)
    return view::Refused{400, "trunk", "there is no trunk of this name"};
  asked->trunk = query.trunk;
  if (!query.caller.empty()) {
    const auto caller = asked_of(uri_of_number(query.caller, settings), settings);
    if (!caller) return view::Refused{400, "from", "write user@domain"};
    asked->caller = caller->callee;
  }
  RouteTested tested;
  tested.callee = asked->callee;
  if (!is_for_routes(core, *asked, tested)) return tested;
  auto decision = core.trunks.table().decide(*asked, trunk::RouteTable::Explain::yes);
  for (auto& look : decision.looks)
    tested.steps.push_back({look.route, std::move(look.name), look.matches, std::move(look.why)});
  for (const auto& choice : decision.choices) {
    tested.ends.push_back(end_of(choice));
    if (choice.end != End::user) continue;
    if (core.groups.find(choice.to) != nullptr)
      tested.ends.back().kind = "group";
    else if (core.directory.find_user(choice.to) == nullptr)
      tested.steps.push_back({0, "users", false, choice.to + " is no user any more"});
  }
  const bool decided = !decision.choices.empty() && decision.choices.back().end != End::trunk;
  if (!decided) end_behind_routes(core, *asked, tested);
  return tested;
}

}  // namespace proxy
