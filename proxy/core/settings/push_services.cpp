#include "proxy/core/settings/push_services.hpp"

namespace proxy {

bool has_push_service(const Settings& settings, std::string_view provider) {
  if (settings.webhook) return true;
  if (provider == "apns" || provider == "apns.dev") return !settings.apns.empty();
  if (provider == "fcm") return !settings.fcm.empty();
  return provider == "webpush" && settings.webpush.has_value();
}

std::vector<std::string_view> push_services(const Settings& settings) {
  const bool any = settings.webhook.has_value();
  std::vector<std::string_view> out;
  if (any || !settings.apns.empty()) out.insert(out.end(), {"apns", "apns.dev"});
  if (any || !settings.fcm.empty()) out.emplace_back("fcm");
  if (settings.webpush) out.emplace_back("webpush");
  if (any) out.emplace_back("webhook");
  return out;
}

}  // namespace proxy
