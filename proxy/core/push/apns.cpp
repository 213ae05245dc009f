#include "proxy/core/push/apns.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sipstack/base/text.hpp"

namespace proxy::push {
namespace {

constexpr std::size_t reason_max = 64;
constexpr std::size_t collapse_max = 64;
constexpr std::size_t voip_max = 5'120;
constexpr std::size_t alert_max = 4'096;
constexpr std::int64_t epoch_max_ms = 253'402'300'799'000;  // the year 9999

struct Reason {
  std::string_view name;
  ApnsMeaning meaning;
};
constexpr std::array reasons{
    Reason{"BadDeviceToken", ApnsMeaning::other_environment},
    Reason{"DeviceTokenNotForTopic", ApnsMeaning::setup},
    Reason{"TopicDisallowed", ApnsMeaning::setup},
    Reason{"BadTopic", ApnsMeaning::setup},
    Reason{"MissingTopic", ApnsMeaning::setup},
    Reason{"ExpiredProviderToken", ApnsMeaning::expired_token},
    Reason{"TooManyProviderTokenUpdates", ApnsMeaning::slow_down},
};

ApnsMeaning by_status(int status) {
  switch (status) {
    case 200:
      return ApnsMeaning::accepted;
    case 403:
      return ApnsMeaning::credentials;
    case 410:
      return ApnsMeaning::dead;
    case 413:
      return ApnsMeaning::too_large;
    case 429:
      return ApnsMeaning::slow_down;
    default:
      return status >= 500 ? ApnsMeaning::again : ApnsMeaning::ours;
  }
}

std::string push_type(Kind kind) {
  switch (kind) {
    case Kind::call:
      return "voip";
    case Kind::alert:
      return "alert";
    case Kind::wake:
      return "background";
  }
  return "alert";
}

std::string printable(std::string text) {
  text.resize(std::min(text.size(), reason_max));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

}  // namespace

ApnsAnswer read_apns(int status, std::string_view body) {
  ApnsAnswer answer;
  answer.meaning = by_status(status);
  answer.reason = std::to_string(status);
  if (status == 200) {
    answer.reason += " OK";
    return answer;
  }
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return answer;
  const auto reason = json.find("reason");
  if (reason != json.end() && reason->is_string()) {
    const auto name = reason->get<std::string>();
    answer.reason += ' ' + printable(name);
    const auto known = std::ranges::find(reasons, name, &Reason::name);
    if (known != reasons.end() && (status == 400 || status == 403 || status == 429))
      answer.meaning = known->meaning;
  }
  const auto since = json.find("timestamp");
  if (answer.meaning == ApnsMeaning::dead && since != json.end() && since->is_number_integer()) {
    const auto ms = since->get<std::int64_t>();
    if (ms > 0 && ms < epoch_max_ms) answer.dead_since = sip::WallTime{sip::Duration{ms}};
  }
  return answer;
}

std::string_view apns_advice(const ApnsAnswer& answer) {
  switch (answer.meaning) {
    case ApnsMeaning::setup:
      return "the token is of another app than the topic says: look at `topics`";
    case ApnsMeaning::credentials:
      return "Apple does not take the key: look at `key_id`, `team_id` and `key_file`, and whether "
             "the key was revoked";
    case ApnsMeaning::expired_token:
      return "Apple finds our token too old: look at this machine's clock";
    case ApnsMeaning::slow_down:
      return "too many pushes or tokens: is another server using a key of this team?";
    case ApnsMeaning::too_large:
      return "what the push says is too long: look at `payload_file`";
    case ApnsMeaning::again:
      return "Apple has trouble of its own: calls are tried again as long as they live";
    case ApnsMeaning::ours:
      return "Apple finds the request itself wrong: look at `payload_file`; without one it is a "
             "fault "
             "of sipwake";
    default:
      return {};
  }
}

std::size_t apns_payload_max(Kind kind) { return kind == Kind::call ? voip_max : alert_max; }

std::vector<std::pair<std::string, std::string>> apns_headers(const Request& push,
                                                              sip::WallTime now) {
  const bool call = push.kind == Kind::call;
  const auto now_s = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  const auto expiration = push.ttl.count() > 0 ? (now_s + push.ttl).count() : 0;
  std::vector<std::pair<std::string, std::string>> headers{
      {"apns-push-type", push_type(push.kind)},
      {"apns-topic", call ? push.app + ".voip" : push.app},
      // A push that nobody sees has to be content with less.
      {"apns-priority", push.kind == Kind::wake ? "5" : "10"},
      {"apns-expiration", std::to_string(expiration)}};
  if (!push.collapse.empty())
    headers.emplace_back("apns-collapse-id", push.collapse.substr(0, collapse_max));
  return headers;
}

std::string apns_claims(std::string_view team_id, sip::WallTime issued) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(issued).time_since_epoch().count();
  return nlohmann::json{{"iss", team_id}, {"iat", seconds}}.dump();
}

}  // namespace proxy::push
