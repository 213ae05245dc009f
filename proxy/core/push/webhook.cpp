#include "proxy/core/push/webhook.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::push {

std::string rfc3339(sip::WallTime at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text.data();
}

std::string_view platform_of(const record::Device& device) {
  const std::string_view provider = device.push.provider;
  if (provider.empty()) return "webhook";
  return provider.substr(0, provider.find('.'));
}

std::string webhook_body(const CallNotice& notice) {
  using nlohmann::json;
  const auto text = [](std::string_view view) { return std::string{view}; };
  json body{
      {"event", text(notice.event)},
      {"call_id", text(notice.call_id)},
      {"caller", {{"uri", text(notice.caller_uri)}, {"display_name", text(notice.caller_name)}}},
      {"callee", text(notice.callee)},
      {"device", nullptr},
      {"attempt", notice.attempt},
      {"sent_at", rfc3339(notice.sent_at)}};
  if (const record::Device* d = notice.device)
    body["device"] = {{"id", d->id},
                      {"provider", d->push.provider},
                      {"param", d->push.param},
                      {"prid", d->push.prid},
                      {"user_agent", d->user_agent}};
  if (!notice.push_id.empty()) body["push_id"] = text(notice.push_id);
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string webhook_signature(std::string_view secret, std::string_view body) {
  if (secret.empty()) return {};
  const std::string mac = sip::auth::hmac_sha256(secret, body);
  return "sha256=" + sip::to_hex({reinterpret_cast<const std::uint8_t*>(mac.data()), mac.size()});
}

}  // namespace proxy::push
