#include "proxy/core/settings/push_services.hpp"

namespace proxy {

bool has_push_service(const Settings& settings, std::string_view) {
  return settings.webhook.has_value();
}

std::vector<std::string_view> push_services(const Settings& settings) {
  if (!settings.webhook) return {};
  return {"apns", "apns.dev", "fcm", "webhook"};
}

}  // namespace proxy
