#include "proxy/core/push/word.hpp"

#include <algorithm>

#include "proxy/core/push/payload.hpp"
#include "proxy/core/push/route.hpp"

namespace proxy::push {
namespace {

/// The payload file of the app; empty: it has none.
std::string_view template_of(const Request& request, const Settings& settings) {
  if (request.service == Service::apns)
    for (const auto& team : settings.apns)
      if (std::ranges::find(team.topics, request.app) != team.topics.end()) return team.payload;
  if (request.service == Service::fcm)
    for (const auto& account : settings.fcm)
      if (account.project_id == request.app) return account.payload;
  if (request.service == Service::webpush && settings.webpush) return settings.webpush->payload;
  return {};
}

/// As a caller is named who does not want to be (RFC 3323 section 4.1).
void hide_caller(CallNotice& notice) {
  notice.caller_name = "Anonymous";
  notice.caller_uri = "sip:anonymous@anonymous.invalid";
}

}  // namespace

std::optional<Request> word(const CallNotice& told, const Settings& settings) {
  CallNotice notice = told;
  if (!settings.wake.caller_details) hide_caller(notice);
  auto out = notice.device ? route_of(notice.device->push, kind_of(notice), settings)
                           : route_to_user(settings);
  if (!out) return out;
  if (out->service == Service::webhook) {
    out->body = webhook_body(notice);
    out->signature = webhook_signature(settings.webhook->secret, out->body);
    return out;
  }
  if (notice.device && notice.device->environment != record::Environment::as_registered)
    out->sandbox = notice.device->environment == record::Environment::sandbox;
  auto payload = payload_of(out->service, template_of(*out, settings), notice);
  out->body = std::move(payload.body);
  out->slim_body = std::move(payload.slim_body);
  // APNs: now or never, for a call that rings late rings for nobody.
  const bool stored = out->service != Service::apns || out->kind == Kind::alert;
  if (stored) out->ttl = notice.ttl;
  if (out->kind == Kind::wake) out->collapse = "wake";
  // A browser that was away needs to hear of each call once.
  if (out->service == Service::webpush && out->kind != Kind::wake)
    out->collapse = std::string{notice.event}.append(" ").append(notice.call_id);
  return out;
}

}  // namespace proxy::push
