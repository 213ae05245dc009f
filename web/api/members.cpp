#include "proxy/core/record/timeline.hpp"
#include "web/api/push_figures.hpp"
#include "web/api/render.hpp"

namespace web::api {
namespace {

using proxy::record::to_string;

Json to_json(const proxy::record::Leg& leg) {
  Json push = nullptr;
  if (leg.pushed_at || leg.push_attempts != 0)
    push = Json{{"asked_at", time_or_null(leg.pushed_at)},
                {"attempts", leg.push_attempts},
                {"result", text_or_null(leg.push_result)}};
  return {{"device", leg.device_id},
          {"state", to_string(leg.state)},
          {"push", std::move(push)},
          {"late_attempts", leg.late_attempts}};
}

Json number_or_null(const std::optional<std::int64_t>& number) {
  return number ? Json(*number) : Json(nullptr);
}

/// Null says that the stored timeline is damaged: an empty list would claim that nothing happened.
Json timeline_json(const std::string& blob, const std::vector<proxy::record::MessageHead>& heads) {
  Json steps = Json::array();
  if (blob.empty()) return steps;
  const auto timeline = proxy::record::decode(blob);
  if (!timeline) return nullptr;
  for (const auto& entry : *timeline)
    steps.push_back(Json{{"at", rfc3339(entry.at)},
                         {"what", to_string(entry.what)},
                         {"device", entry.device != 0 ? Json(entry.device) : Json(nullptr)},
                         {"detail", entry.detail},
                         {"message", nullptr}});
  for (const auto& one : heads)
    if (one.step < steps.size()) steps[one.step]["message"] = one.head;
  return steps;
}

}  // namespace

Json to_json(const proxy::record::User& user) {
  const auto& forwarding = user.forwarding;
  return {{"id", user.id},
          {"aor", user.aor},
          {"display_name", user.display_name},
          {"enabled", user.enabled},
          {"max_contacts", user.max_contacts == 0 ? Json{} : Json(user.max_contacts)},
          {"do_not_disturb", forwarding.do_not_disturb},
          {"forward_always", text_or_null(forwarding.always)},
          {"forward_busy", text_or_null(forwarding.busy)},
          {"forward_no_answer", text_or_null(forwarding.no_answer)},
          {"forward_no_answer_s", forwarding.no_answer_s},
          {"forward_not_reachable", text_or_null(forwarding.not_reachable)},
          {"created_at", rfc3339(user.created_at)}};
}

Json to_json(const Device& device) {
  return {{"id", device.id},
          {"aor", device.aor},
          {"instance", device.instance},
          {"platform", text_or_null(device.platform)},
          {"provider", text_or_null(device.provider)},
          {"token", text_or_null(device.token_fingerprint)},
          {"user_agent", device.user_agent},
          {"first_seen", rfc3339(device.first_seen)},
          {"last_register", rfc3339(device.last_register)},
          {"awake", device.awake},
          {"token_dead", text_or_null(device.token_dead)},
          {"token_dead_at", device.token_dead_at ? Json(rfc3339(*device.token_dead_at)) : Json()},
          {"last_push", device.last_push ? Json(rfc3339(*device.last_push)) : Json()},
          {"last_result", text_or_null(device.last_result)},
          {"last_wake_ms", device.wake_count != 0 ? Json(device.last_wake_ms) : Json(nullptr)},
          {"wake_count", device.wake_count},
          {"wake_p50_ms", number_or_null(device.wake_p50_ms)},
          {"wake_p95_ms", number_or_null(device.wake_p95_ms)}};
}

Json to_json(const proxy::view::RingTest& test) {
  Json steps = Json::array();
  for (const auto& step : test.steps)
    steps.push_back(
        Json{{"at", rfc3339(step.at)}, {"what", to_string(step.what)}, {"detail", step.detail}});
  return {{"device", test.device},
          {"started_at", rfc3339(test.started_at)},
          {"result", to_string(test.result)},
          {"steps", std::move(steps)}};
}

Json to_json(const Registration& registration) {
  return {{"id", registration.id},
          {"aor", registration.aor},
          {"contact", registration.contact},
          {"device", registration.device},
          {"flow", registration.flow},
          {"received_from", registration.received_from},
          {"expires_at", rfc3339(registration.expires_at)},
          {"user_agent", registration.user_agent}};
}

Json to_json(const proxy::view::CallView& view) {
  const auto& call = view.call;
  Json legs = Json::array();
  for (const auto& leg : view.legs) legs.push_back(to_json(leg));
  return {{"id", call.id},
          {"call_id", call.call_id},
          {"caller", call.caller},
          {"caller_name", call.caller_name},
          {"callee", call.callee},
          {"state", to_string(call.state)},
          {"started_at", rfc3339(call.started_at)},
          {"held_until", time_or_null(view.held_until)},
          {"answered_at", time_or_null(call.answered_at)},
          {"ended_at", time_or_null(call.ended_at)},
          {"end_reason", text_or_null(call.end_reason)},
          {"final_status", call.final_status != 0 ? Json(call.final_status) : Json(nullptr)},
          {"from_trunk", text_or_null(call.from_trunk)},
          {"to_trunk", text_or_null(call.to_trunk)},
          {"legs", std::move(legs)},
          {"timeline", timeline_json(call.timeline, view.heads)},
          {"verdict", text_or_null(call.verdict)}};
}

Json to_json(const proxy::view::Provider& provider) {
  const auto when = [](sip::WallTime at) {
    return at == sip::WallTime{} ? Json(nullptr) : Json(rfc3339(at));
  };
  return {{"provider", provider.provider},
          {"name", provider.name},
          {"state", proxy::view::to_string(provider.state)},
          {"last_error", text_or_null(provider.last_error)},
          {"last_error_at", when(provider.last_error_at)},
          {"last_success_at", when(provider.last_success_at)},
          {"accepted", provider.accepted},
          {"refused", provider.refused},
          {"dead", provider.dead},
          {"failed", provider.failed},
          {"p50_ms", number_or_null(provider.p50_ms)},
          {"p95_ms", number_or_null(provider.p95_ms)},
          {"p99_ms", number_or_null(provider.p99_ms)}};
}

Json to_json(const proxy::record::Ban& ban) {
  return {{"id", ban.id},
          {"address", ban.address},
          {"reason", ban.reason},
          {"count", ban.count},
          {"created_at", rfc3339(ban.created_at)},
          {"expires_at", rfc3339(ban.expires_at)}};
}

Json to_json(const proxy::record::ApiToken& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"scope", to_string(token.scope)},
          {"created_at", rfc3339(token.created_at)},
          {"expires_at", time_or_null(token.expires_at)},
          {"last_used", time_or_null(token.last_used)}};
}

Json to_json(const proxy::record::Audit& entry) {
  return {{"id", entry.id},
          {"at", rfc3339(entry.at)},
          {"who", entry.who},
          {"from", entry.from},
          {"what", entry.what},
          {"target", text_or_null(entry.target)},
          {"detail", text_or_null(entry.detail)}};
}

Json to_json(const Status& status) {
  Json listeners = Json::array();
  for (const auto& listener : status.listeners)
    listeners.push_back(Json{{"transport", listener.transport}, {"address", listener.address}});
  Json certificates = Json::array();
  for (const auto& one : status.certificates)
    certificates.push_back(Json{{"file", one.file},
                                {"names", one.names},
                                {"expires_at", rfc3339(one.expires_at)},
                                {"sha256", one.fingerprint},
                                {"self_signed", one.self_signed},
                                {"expires_soon", one.expires_soon}});
  Json pbx = nullptr;
  if (status.pbx)
    pbx = Json{{"host", status.pbx->host},
               {"targets", status.pbx->targets},
               {"trouble", text_or_null(status.pbx->trouble)}};
  const auto& figures = status.counters;
  const Json counts{{"users", figures.users},
                    {"devices", figures.devices},
                    {"registrations", figures.registrations},
                    {"awake_devices", status.awake_devices},
                    {"held_calls", figures.held_calls},
                    {"ringing_calls", figures.ringing_calls},
                    {"active_calls", figures.active_calls}};
  Json push = Json::array();
  for (const auto& one : push_figures(status.providers))
    push.push_back(Json{{"provider", one.provider},
                        {"configured", one.configured},
                        {"accepted", one.accepted},
                        {"refused", one.refused},
                        {"dead", one.dead},
                        {"failed", one.failed}});
  return {{"version", status.version},
          {"uptime_s", status.uptime_s},
          {"listeners", std::move(listeners)},
          {"certificates", std::move(certificates)},
          {"pbx", std::move(pbx)},
          {"counts", counts},
          {"push", std::move(push)}};
}

}  // namespace web::api
