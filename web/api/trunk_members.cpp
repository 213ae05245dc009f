#include <algorithm>

#include "proxy/core/record/trunk_fields.hpp"
#include "web/api/render.hpp"

namespace web::api {
namespace {

using proxy::record::Shown;

Json list_of(std::string_view lines) {
  Json list = Json::array();
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    list.push_back(std::string{lines.substr(0, end)});
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return list;
}

Json shown(Shown how, const std::string& text) {
  return how == Shown::as_list ? list_of(text) : Json(text);
}
Json shown(Shown, bool flag) { return flag; }
Json shown(Shown, std::uint32_t number) { return number; }

/// Of a secret only whether there is one.
template <class Row>
Json members_of(const Row& row) {
  Json json{{"id", row.id}};
  proxy::record::each_member(
      row, row, [&](std::string_view name, Shown how, const auto& member, const auto&) {
        if (how != Shown::never) json[std::string{name}] = shown(how, member);
      });
  return json;
}

Json to_json(const proxy::view::TrunkState& state) {
  Json registration = nullptr;
  if (state.registration)
    registration = {{"state", state.registration->state},
                    {"why", text_or_null(state.registration->why)}};
  Json targets = Json::array();
  for (const auto& target : state.targets)
    targets.push_back({{"to", target.to}, {"up", target.up ? Json(*target.up) : Json(nullptr)}});
  return {{"registration", std::move(registration)},
          {"targets", std::move(targets)},
          {"calls", state.calls}};
}

}  // namespace

Json to_json(const proxy::record::Trunk& trunk,
             const std::vector<proxy::view::TrunkState>& states) {
  Json json = members_of(trunk);
  json["has_password"] = !trunk.password.empty();
  json["has_inbound_password"] = !trunk.inbound_password.empty();
  json["created_at"] = rfc3339(trunk.created_at);
  const auto state = std::ranges::find(states, trunk.id, &proxy::view::TrunkState::trunk);
  json["state"] = state == states.end() ? Json(nullptr) : to_json(*state);
  return json;
}

Json to_json(const proxy::record::Route& route) {
  Json json = members_of(route);
  json["user"] = text_or_null(route.user);
  json["trunk"] = text_or_null(route.trunk);
  json["reject"] = route.reject == 0 ? Json(nullptr) : Json(route.reject);
  json["created_at"] = rfc3339(route.created_at);
  return json;
}

Json to_json(const proxy::record::Group& group) {
  Json json = members_of(group);
  json["forward_no_answer"] = text_or_null(group.forward_no_answer);
  json["created_at"] = rfc3339(group.created_at);
  return json;
}

Json to_json(const proxy::view::RouteTested& tested) {
  Json steps = Json::array();
  for (const auto& step : tested.steps)
    steps.push_back(Json{{"route", step.route != 0 ? Json(step.route) : Json(nullptr)},
                         {"name", step.name},
                         {"matches", step.matches},
                         {"why", step.why}});
  Json ends = Json::array();
  for (const auto& end : tested.ends)
    ends.push_back(Json{{"kind", end.kind},
                        {"to", text_or_null(end.to)},
                        {"number", text_or_null(end.number)},
                        {"caller", text_or_null(end.caller)},
                        {"status", end.status != 0 ? Json(end.status) : Json(nullptr)},
                        {"emergency", end.emergency}});
  return {{"callee", tested.callee}, {"steps", std::move(steps)}, {"ends", std::move(ends)}};
}

}  // namespace web::api
