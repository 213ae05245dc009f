#include "proxy/core/registrar/feature_caps.hpp"

#include <algorithm>

#include "proxy/core/settings/push_services.hpp"

namespace proxy::registrar {
namespace {

/// Seconds before the end of its registration that a phone which wakes by itself refreshes it; must
/// be more than 120 (RFC 8599 section 8.4).
constexpr std::string_view refresh_before{"121"};

std::string caps_of(std::string_view service) {
  return std::string{"*;+sip.pns=\""}.append(service).append("\"");
}

}  // namespace

std::vector<std::string> feature_caps(const RegisterRequest& request, const Settings& settings,
                                      std::string_view purr) {
  std::vector<std::string> out;
  if (request.pushed_before) return out;
  const auto add = [&out](std::string value) {
    if (std::ranges::find(out, value) == out.end()) out.push_back(std::move(value));
  };
  for (const WantedContact& contact : request.contacts) {
    if (contact.expires.count() == 0) continue;
    const bool there = has_push_service(settings, contact.push_service);
    if (contact.asks_services && contact.push_service.empty())
      for (const auto service : push_services(settings)) add(caps_of(service));
    if (!there || (!contact.push && (!contact.asks_services || contact.push_service.empty())))
      continue;
    std::string value = caps_of(contact.push_service);
    if (contact.push_service == "webpush" && settings.webpush &&
        !settings.webpush->public_key.empty())
      value.append(";+sip.vapid=\"").append(settings.webpush->public_key).append("\"");
    if (contact.push && contact.wakes_itself)
      value.append(";+sip.pnsreg=\"").append(refresh_before).append("\"");
    if (contact.push && !purr.empty()) value.append(";+sip.pnspurr=\"").append(purr).append("\"");
    add(std::move(value));
  }
  return out;
}

}  // namespace proxy::registrar
