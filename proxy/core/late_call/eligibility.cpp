#include "proxy/core/late_call/eligibility.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace proxy::late_call {

namespace {

/// The push service of a device without the sandbox suffix; a device without any is woken by the
/// webhook.
std::string_view platform_of(const record::Device& device) {
  const std::string_view provider = device.push.provider;
  return provider.empty() ? "webhook" : provider.substr(0, provider.find('.'));
}

Settings::LateCall::Window windows_of(std::string_view platform, const Settings::LateCall& policy) {
  if (platform == "apns") return policy.apns;
  if (platform == "fcm") return policy.fcm;
  if (platform == "webpush") return policy.webpush;
  if (platform == "webhook") return policy.webhook;
  return {};
}

/// Phones look at the first value of a Reason alone.
bool begins_with_sip(std::string_view reason_value) {
  return sip::iequals(sip::trim(reason_value.substr(0, reason_value.find(';'))), "SIP");
}

}  // namespace

bool is_eligible(const record::Device& device, const Settings::LateCall& policy) {
  if (!policy.enabled) return false;
  const auto& platforms = policy.platforms;
  if (std::ranges::find(platforms, platform_of(device)) != platforms.end()) return true;
  return std::ranges::any_of(policy.user_agents, [&](const std::string& pattern) {
    return sip::glob_match(pattern, device.user_agent);
  });
}

sip::TimePoint window_end(sip::TimePoint call_end, sip::TimePoint pushed_at,
                          const record::Device& device, const Settings::LateCall& policy) {
  const auto windows = windows_of(platform_of(device), policy);
  return std::max(call_end + windows.window.value_or(policy.window),
                  pushed_at + windows.push_window.value_or(policy.push_window));
}

bool means_answered(std::string_view reason_value) {
  std::string_view rest = reason_value;
  while (const auto item = sip::take_list_item(rest)) {
    const auto semicolon = std::min(item->find(';'), item->size());
    const auto protocol = sip::trim(item->substr(0, semicolon));
    const auto cause = sip::ParamsView{item->substr(semicolon)}.value("cause");
    if (!cause) continue;
    if (sip::iequals(protocol, "SIP") && *cause == "200") return true;
    if (sip::iequals(protocol, "Q.850") && *cause == "26") return true;
  }
  return false;
}

End end_of(const record::Call& call) {
  if (call.answered_at) return End::answered;
  if (call.end_reason == "declined") return End::declined;
  if (!call.cancel_reason.empty()) return End::as_caller_said;
  return End::missed;
}

std::string reason_for(End end, std::string_view caller_reason) {
  switch (end) {
    case End::answered:
      return std::string{reason_answered};
    case End::declined:
      return std::string{reason_declined};
    case End::as_caller_said:
      if (means_answered(caller_reason)) return std::string{reason_answered};
      return begins_with_sip(caller_reason)
                 ? std::string{caller_reason}
                 : std::string{reason_missed}.append(", ").append(caller_reason);
    case End::missed:
      break;
  }
  return {};
}

}  // namespace proxy::late_call
