#include "proxy/core/engine/forwarding_check.hpp"

#include "proxy/core/engine/route_choice.hpp"

namespace proxy {
namespace {

constexpr std::size_t target_max = 255;
constexpr std::uint32_t no_answer_s_max = 600;

}  // namespace

std::optional<view::Refused> fault_of_target(std::string_view field, std::string_view target,
                                             std::string_view aor, const Settings& settings) {
  if (target.empty()) return std::nullopt;
  const std::string name{field};
  if (target.size() > target_max) return view::Refused{400, name, "longer than 255 bytes"};
  if (has_blank(target))
    return view::Refused{400, name, "write it without blanks and control characters"};
  const auto asked = asked_of(uri_of_number(target, settings), settings);
  if (!asked) return view::Refused{400, name, "write a number, user@domain or a SIP URI"};
  if (asked->callee == aor) return view::Refused{400, name, "calls cannot go on to where they are"};
  return std::nullopt;
}

std::optional<view::Refused> fault_of(const record::Forwarding& wishes, std::string_view aor,
                                      const Settings& settings) {
  for (const auto& [field, target] : {std::pair{"forward_always", &wishes.always},
                                      {"forward_busy", &wishes.busy},
                                      {"forward_no_answer", &wishes.no_answer},
                                      {"forward_not_reachable", &wishes.not_reachable}})
    if (auto fault = fault_of_target(field, *target, aor, settings)) return fault;
  if (wishes.no_answer_s == 0 || wishes.no_answer_s > no_answer_s_max)
    return view::Refused{400, "forward_no_answer_s", "must be 1 to 600"};
  return std::nullopt;
}

}  // namespace proxy
