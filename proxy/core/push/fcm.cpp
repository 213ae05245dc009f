#include "proxy/core/push/fcm.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace proxy::push {
namespace {

using nlohmann::json;

constexpr std::size_t data_max = 4'096;
constexpr std::size_t reason_max = 160;
constexpr std::string_view scope = "https://www.googleapis.com/auth/firebase.messaging";
constexpr std::chrono::seconds assertion_life{3'600};
constexpr std::chrono::seconds token_life_max{86'400};

std::string printable(std::string text) {
  text.resize(std::min(text.size(), reason_max));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

std::string text_of(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

/// FCM's own code is in the details; `status` is that of all Google services.
struct Fault {
  std::string code;
  bool about_token{false};
};
Fault fault_of(const json& body) {
  if (!body.is_object() || !body.contains("error")) return {};
  const auto& error = body["error"];
  Fault fault{text_of(error, "status"), false};
  if (!error.is_object() || !error.contains("details") || !error["details"].is_array())
    return fault;
  for (const auto& detail : error["details"]) {
    if (const auto code = text_of(detail, "errorCode"); !code.empty()) fault.code = code;
    if (!detail.is_object() || !detail.contains("fieldViolations")) continue;
    const auto& violations = detail["fieldViolations"];
    if (!violations.is_array()) continue;
    for (const auto& one : violations)
      if (text_of(one, "field") == "message.token") fault.about_token = true;
  }
  return fault;
}

FcmMeaning meaning_of(int status, const Fault& fault) {
  const auto& code = fault.code;
  switch (status) {
    case 200:
      return FcmMeaning::accepted;
    case 400:
      return fault.about_token ? FcmMeaning::dead : FcmMeaning::ours;
    case 401:
      return code == "THIRD_PARTY_AUTH_ERROR" ? FcmMeaning::setup : FcmMeaning::expired;
    case 403:
      return code == "SENDER_ID_MISMATCH" ? FcmMeaning::setup : FcmMeaning::credentials;
    case 404:
      return code == "UNREGISTERED" || code == "NOT_FOUND" ? FcmMeaning::dead : FcmMeaning::setup;
    case 429:
      return FcmMeaning::slow_down;
    default:
      return status >= 500 ? FcmMeaning::again : FcmMeaning::ours;
  }
}

bool is_reserved(const std::string& key) {
  return key == "from" || key == "message_type" || key.starts_with("google") ||
         key.starts_with("gcm");
}

}  // namespace

FcmAnswer read_fcm(int status, std::string_view body) {
  const auto fault = fault_of(json::parse(body, nullptr, false));
  FcmAnswer answer{meaning_of(status, fault), std::to_string(status)};
  if (status == 200) answer.reason += " OK";
  if (!fault.code.empty()) answer.reason += ' ' + printable(fault.code);
  return answer;
}

std::string_view fcm_advice(const FcmAnswer& answer) {
  switch (answer.meaning) {
    case FcmMeaning::setup:
      if (answer.reason.ends_with("THIRD_PARTY_AUTH_ERROR"))
        return "the phone is Apple's or a browser, and its Firebase project has no key for those";
      return "the phone's token is of another project than the service account";
    case FcmMeaning::expired:
    case FcmMeaning::credentials:
      return "Google does not take the service account: look at its file, its rights (Firebase "
             "Cloud Messaging API) and this machine's clock";
    case FcmMeaning::slow_down:
      return "too many pushes for this project or phone";
    case FcmMeaning::again:
      return "Google has trouble of its own: calls are tried again as long as they live";
    case FcmMeaning::ours:
      return "Google finds the push itself wrong: look at `payload_file`, and at the token of the "
             "phone";
    default:
      return {};
  }
}

std::string fcm_problem(const Request& push) {
  const auto data = json::parse(push.body, nullptr, false);
  if (!data.is_object()) return "the data of the push is no JSON object";
  std::size_t size = 0;
  for (const auto& [key, value] : data.items()) {
    if (!value.is_string()) return "the data of the push must be texts: '" + printable(key) + "'";
    if (is_reserved(key)) return "Google keeps the key '" + printable(key) + "' for itself";
    size += key.size() + value.get_ref<const std::string&>().size();
  }
  return size > data_max ? "the data of the push is too large" : "";
}

std::string fcm_message(const Request& push) {
  json android{{"priority", "HIGH"},
               {"ttl", std::to_string(push.ttl.count()) + "s"},
               {"direct_boot_ok", true}};
  if (!push.collapse.empty()) android["collapse_key"] = push.collapse;
  const json message{{"message",
                      {{"token", push.token},
                       {"android", std::move(android)},
                       {"data", json::parse(push.body, nullptr, false)}}}};
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string oauth_claims(std::string_view email, std::string_view token_uri, sip::WallTime now) {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  return json{{"iss", email},
              {"scope", scope},
              {"aud", token_uri},
              {"iat", issued.count()},
              {"exp", (issued + assertion_life).count()}}
      .dump();
}

std::optional<AccessToken> read_access_token(std::string_view body) {
  const auto answer = json::parse(body, nullptr, false);
  auto text = text_of(answer, "access_token");
  const bool visible =
      std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; }) && !text.empty();
  if (!visible || !answer.contains("expires_in") || !answer["expires_in"].is_number_integer())
    return std::nullopt;
  const std::chrono::seconds life{answer["expires_in"].get<std::int64_t>()};
  if (life.count() <= 0) return std::nullopt;
  return AccessToken{std::move(text), std::min(life, token_life_max)};
}

std::string oauth_reason(int status, std::string_view body) {
  const auto answer = json::parse(body, nullptr, false);
  auto reason = std::to_string(status);
  if (const auto error = text_of(answer, "error"); !error.empty()) reason += ' ' + printable(error);
  if (const auto more = text_of(answer, "error_description"); !more.empty())
    reason += ": " + printable(more);
  return reason;
}

}  // namespace proxy::push
