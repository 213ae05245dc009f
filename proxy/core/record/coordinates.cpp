#include "proxy/core/record/coordinates.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace proxy::record {
namespace {

constexpr std::size_t token_least = 32;
constexpr std::size_t token_most = 256;

bool is_token(std::string_view text) {
  return text.size() >= token_least && text.size() <= token_most && text.size() % 2 == 0 &&
         std::ranges::all_of(text, [](char c) {
           return sip::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

/// Takes the text up to the next '&'; nothing at the end.
std::optional<std::string_view> take_part(std::string_view& rest) {
  if (rest.data() == nullptr) return std::nullopt;
  const auto at = rest.find('&');
  const auto part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

struct Services {
  bool voip{false};
  bool alert{false};
};

/// Takes ".voip", ".remote" or both, joined by '&' in any order, off the end.
Services take_services(std::string_view& param) {
  const auto dot = param.rfind('.');
  if (dot == std::string_view::npos) return {};
  Services found;
  std::string_view rest = param.substr(dot + 1);
  while (const auto part = take_part(rest)) {
    if (*part == "voip") found.voip = true;
    if (*part == "remote") found.alert = true;
    if (*part != "voip" && *part != "remote" && !part->empty()) return {};
  }
  if (found.voip || found.alert) param = param.substr(0, dot);
  return found;
}

/// Teams have ten capital letters and digits; Linphone builds without one say ABCD1234.
bool is_team(std::string_view label) {
  if (label == "ABCD1234") return true;
  return label.size() == 10 && std::ranges::all_of(label, [](char c) {
           return sip::is_digit(c) || (c >= 'A' && c <= 'Z');
         });
}

bool take_team(std::string_view& param) {
  const auto dot = param.find('.');
  if (dot == std::string_view::npos || !is_team(param.substr(0, dot))) return false;
  param = param.substr(dot + 1);
  return true;
}

/// The older form ends with the environment and names no team.
void take_environment(std::string_view& param) {
  for (const std::string_view end : {".dev", ".prod"})
    if (param.size() > end.size() && param.ends_with(end)) {
      param.remove_suffix(end.size());
      return;
    }
}

void take_tokens(std::string_view prid, Services services, AppleCoordinates& out) {
  std::string bare;
  std::string_view rest = prid;
  while (const auto part = take_part(rest)) {
    const auto colon = part->find(':');
    const auto token = part->substr(0, colon);
    if (!is_token(token)) continue;
    const auto service = colon == std::string_view::npos ? "" : part->substr(colon + 1);
    std::string& slot = service == "voip"     ? out.voip_token
                        : service == "remote" ? out.alert_token
                                              : bare;
    if (slot.empty()) slot = sip::to_lower(token);
  }
  if (bare.empty()) return;
  const bool any = !services.voip && !services.alert;
  if (out.voip_token.empty() && (services.voip || any)) out.voip_token = bare;
  if (out.alert_token.empty() && (services.alert || any)) out.alert_token = bare;
}

}  // namespace

std::optional<AppleCoordinates> apple_coordinates(const PushTarget& push) {
  AppleCoordinates out;
  out.sandbox = push.provider == "apns.dev";
  if (!out.sandbox && push.provider != "apns") return std::nullopt;
  std::string_view param = push.param;
  const bool named_team = take_team(param);
  if (!named_team) take_environment(param);
  const Services services = take_services(param);
  out.bundle = param;
  out.voip = services.voip || !services.alert;
  take_tokens(push.prid, services, out);
  if (out.voip_token.empty() && out.alert_token.empty()) return std::nullopt;
  return out;
}

bool is_damaged(const PushTarget& push, const PushTarget& known) {
  if (push.provider != known.provider || push.prid == known.prid) return false;
  const auto before = apple_coordinates(known);
  if (!before || before->voip_token.empty()) return false;
  const auto now = apple_coordinates(push);
  return !now || (now->voip && now->voip_token.empty());
}

}  // namespace proxy::record
