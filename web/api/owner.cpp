#include "web/api/owner.hpp"

#include "sipstack/base/text.hpp"
#include "web/api/render.hpp"

namespace web::api {

Json to_json(const PushEntry& entry) {
  const auto& leg = entry.leg;
  return {{"id", leg.id},
          {"at", time_or_null(leg.pushed_at)},
          {"again_at", time_or_null(leg.pushed_again_at)},
          {"call", leg.call_id == 0 ? Json{} : Json(leg.call_id)},
          {"callee", entry.callee},
          {"device", leg.device_id},
          {"provider", text_or_null(entry.provider)},
          {"user_agent", text_or_null(entry.user_agent)},
          {"attempts", leg.push_attempts},
          {"result", text_or_null(leg.push_result)},
          {"leg_state", leg.call_id == 0 ? Json{} : Json(to_string(leg.state))}};
}

Reply file_reply(const Document& document) {
  Reply reply{200, document.type, document.text, {}};
  if (!document.name.empty())
    reply.headers.emplace_back("Content-Disposition",
                               "attachment; filename=\"" + document.name + "\"");
  return reply;
}

Reply bundle_reply(const Bundle& bundle) {
  Json devices = Json::array();
  for (const auto& device : bundle.devices) devices.push_back(to_json(device));
  const Json body{{"sipwake", bundle.version},
                  {"call", to_json(bundle.call)},
                  {"ladder", bundle.ladder},
                  {"devices", std::move(devices)}};
  return {200,
          "application/json",
          dump(body),
          {{"Content-Disposition", "attachment; filename=\"sipwake-call-" +
                                       std::to_string(bundle.call.call.id) + ".json\""}}};
}

}  // namespace web::api
