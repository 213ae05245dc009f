#include "proxy/core/push/route.hpp"

#include <algorithm>

#include "proxy/core/record/coordinates.hpp"

namespace proxy::push {
namespace {

std::optional<Request> to_apple(const record::PushTarget& target, Kind kind,
                                const Settings& settings) {
  const auto apple = record::apple_coordinates(target);
  if (!apple) return std::nullopt;
  const bool known = std::ranges::any_of(settings.apns, [&](const auto& team) {
    return std::ranges::find(team.topics, apple->bundle) != team.topics.end();
  });
  if (!known) return std::nullopt;
  Request out;
  out.service = Service::apns;
  out.kind = kind;
  out.app = apple->bundle;
  out.sandbox = apple->sandbox;
  out.token = kind == Kind::call ? apple->voip_token : apple->alert_token;
  if (kind == Kind::call && out.token.empty()) {
    out.kind = Kind::alert;  // it has no other: better seen than not woken
    out.token = apple->alert_token;
  }
  return out.token.empty() ? std::nullopt : std::optional{std::move(out)};
}

std::optional<Request> to_google(const record::PushTarget& target, Kind kind,
                                 const Settings& settings) {
  const auto fits = [&](const Settings::Fcm& account) {
    return account.project_id == target.param ||
           std::ranges::find(account.senders, target.param) != account.senders.end();
  };
  const auto found = std::ranges::find_if(settings.fcm, fits);
  // With one account there is no other that could be meant.
  if (found == settings.fcm.end() && settings.fcm.size() != 1) return std::nullopt;
  Request out;
  out.service = Service::fcm;
  out.kind = kind;
  out.app = found == settings.fcm.end() ? settings.fcm.front().project_id : found->project_id;
  out.token = target.prid;
  return out;
}

std::optional<Request> to_browser(const record::PushTarget& target, Kind kind,
                                  const Settings& settings) {
  if (!settings.webpush || !target.prid.starts_with("https://")) return std::nullopt;
  Request out;
  out.service = Service::webpush;
  out.kind = kind;
  out.token = target.prid;
  const auto colon = std::min(target.keys.find(':'), target.keys.size());
  out.p256dh = target.keys.substr(0, colon);
  out.auth = target.keys.substr(std::min(colon + 1, target.keys.size()));
  return out;
}

}  // namespace

std::optional<Request> route_of(const record::PushTarget& target, Kind kind,
                                const Settings& settings) {
  if (!target) return std::nullopt;
  std::optional<Request> out;
  if (target.provider == "apns" || target.provider == "apns.dev")
    out = to_apple(target, kind, settings);
  if (target.provider == "fcm") out = to_google(target, kind, settings);
  if (target.provider == "webpush") out = to_browser(target, kind, settings);
  if (out) return out;
  out = route_to_user(settings);
  if (out) out->kind = kind;
  return out;
}

std::optional<Request> route_to_user(const Settings& settings) {
  if (!settings.webhook) return std::nullopt;
  Request out;
  out.url = settings.webhook->url;
  return out;
}

bool can_be_woken(const record::PushTarget& target, const Settings& settings) {
  return route_of(target, Kind::call, settings).has_value();
}

}  // namespace proxy::push
