#include "tests/support/push/apns_stand_in.hpp"

#include <algorithm>
#include <chrono>
#include <regex>

namespace test {
namespace {

using nlohmann::json;
using Request = Http2Server::Request;

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string header(const Request& request, const std::string& name) {
  const auto at = request.headers.find(name);
  return at == request.headers.end() ? std::string{} : at->second;
}

bool is_uuid(const std::string& text) {
  static const std::regex form{"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"};
  return std::regex_match(text, form);
}

bool is_token(const std::string& text) {
  static const std::regex form{"[0-9a-f]{64,200}"};
  return std::regex_match(text, form);
}

}  // namespace

bool misbehave(Http2Server::Connection& connection, const Request& request,
               const PlannedAnswer& plan, const std::string& body) {
  if (plan.mute) return true;
  if (plan.close) {
    connection.close();
    return true;
  }
  if (plan.go_away) connection.peer().go_away(request.stream, 0);
  connection.peer().answer(request.stream, plan.status, plan.headers,
                           plan.body_bytes > 0 ? std::string(plan.body_bytes, 'x') : body);
  return true;
}

ApnsStandIn::ApnsStandIn(boost::asio::io_context& io, std::set<std::string> topics)
    : key_{make_ec_key()},
      topics_{std::move(topics)},
      server_{io, [this](Http2Server::Connection& connection, const Request& request) {
                serve(connection, request);
              }} {}

void ApnsStandIn::join(const ApnsStandIn& other) {
  EVP_PKEY_up_ref(other.key_.key.get());
  key_ = {sip::net::KeyPtr{other.key_.key.get()}, other.key_.pem};
}

void ApnsStandIn::serve(Http2Server::Connection& connection, const Request& request) {
  Seen one;
  one.request = request;
  auto verdict = judge(request, one);
  PlannedAnswer plan{verdict.status, verdict.reason};
  if (verdict.status == 200 && !planned_.empty()) {
    plan = planned_.front();
    planned_.pop_front();
  }
  one.status = plan.status;
  one.reason = plan.reason;
  plan.headers["apns-id"] = header(request, "apns-id");
  json body = json::object();
  if (!plan.reason.empty()) body["reason"] = plan.reason;
  const auto since = gone.find(request.path.substr(std::min<std::size_t>(10, request.path.size())));
  if (plan.status == 410 && since != gone.end()) body["timestamp"] = since->second;
  seen.push_back(one);
  if (on_seen) on_seen(one);
  misbehave(connection, request, plan, plan.status == 200 ? "" : body.dump());
}

ApnsStandIn::Verdict ApnsStandIn::judge(const Request& request, Seen& seen_one) const {
  constexpr std::string_view prefix = "/3/device/";
  if (request.method != "POST") return {405, "MethodNotAllowed"};
  if (!request.path.starts_with(prefix)) return {404, "BadPath"};
  const auto token = request.path.substr(prefix.size());
  if (auto verdict = judge_token(request, seen_one); verdict.status != 200) return verdict;
  if (auto verdict = judge_headers(request, token); verdict.status != 200) return verdict;
  if (auto verdict = judge_payload(request, seen_one); verdict.status != 200) return verdict;
  if (!is_token(token)) return {400, "BadDeviceToken"};
  if (gone.contains(token)) return {410, "Unregistered"};
  if (!known_tokens.empty() && !known_tokens.contains(token)) return {400, "BadDeviceToken"};
  return {};
}

ApnsStandIn::Verdict ApnsStandIn::judge_token(const Request& request, Seen& seen_one) const {
  constexpr std::int64_t oldest = 3'600;
  const auto authorization = header(request, "authorization");
  if (!authorization.starts_with("bearer ")) return {403, "MissingProviderToken"};
  const auto jwt = check_jwt(authorization.substr(7), "ES256", key_.key.get());
  if (!jwt) return {403, "InvalidProviderToken"};
  seen_one.jwt = {{"header", jwt->header}, {"claims", jwt->claims}};
  if (jwt->header.value("kid", "") != key_id || jwt->claims.value("iss", "") != team_id)
    return {403, "InvalidProviderToken"};
  const auto issued = jwt->claims.value("iat", std::int64_t{0});
  if (issued > now_s() + 60) return {403, "InvalidProviderToken"};
  if (now_s() - issued > oldest) return {403, "ExpiredProviderToken"};
  return {};
}

ApnsStandIn::Verdict ApnsStandIn::judge_headers(const Request& request, const std::string&) const {
  constexpr std::string_view voip = ".voip";
  auto topic = header(request, "apns-topic");
  if (topic.empty()) return {400, "MissingTopic"};
  const bool is_voip = topic.ends_with(voip);
  if (is_voip) topic.resize(topic.size() - voip.size());
  if (!topics_.contains(topic)) return {400, "TopicDisallowed"};
  const auto type = header(request, "apns-push-type");
  if (type != "voip" && type != "alert" && type != "background") return {400, "InvalidPushType"};
  if ((type == "voip") != is_voip) return {400, "DeviceTokenNotForTopic"};
  const auto priority = header(request, "apns-priority");
  const bool too_high = type == "background" && priority == "10";
  if ((priority != "10" && priority != "5") || too_high) return {400, "BadPriority"};
  if (!is_uuid(header(request, "apns-id"))) return {400, "BadMessageId"};
  const auto expiration = header(request, "apns-expiration");
  if (expiration.empty() ||
      !std::ranges::all_of(expiration, [](char c) { return c >= '0' && c <= '9'; }))
    return {400, "BadExpirationDate"};
  if (header(request, "apns-collapse-id").size() > 64) return {400, "BadCollapseId"};
  return {};
}

ApnsStandIn::Verdict ApnsStandIn::judge_payload(const Request& request, Seen& seen_one) const {
  const std::size_t most = header(request, "apns-push-type") == "voip" ? 5'120 : 4'096;
  if (request.body.empty()) return {400, "PayloadEmpty"};
  if (request.body.size() > most) return {413, "PayloadTooLarge"};
  seen_one.payload = json::parse(request.body, nullptr, false);
  if (!seen_one.payload.is_object()) return {400, "PayloadEmpty"};
  return {};
}

}  // namespace test
