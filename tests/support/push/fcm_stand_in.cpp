#include "tests/support/push/fcm_stand_in.hpp"

#include <chrono>
#include <regex>

namespace test {
namespace {

using nlohmann::json;
using Request = Http2Server::Request;

constexpr const char* key_id = "key-1";

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

json error_body(int status, const std::string& reason) {
  return {
      {"error",
       {{"code", status},
        {"message", reason},
        {"status", reason},
        {"details", json::array({{{"@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError"},
                                  {"errorCode", reason}}})}}}};
}

bool is_reserved(const std::string& key) {
  return key == "from" || key == "message_type" || key.rfind("google", 0) == 0 ||
         key.rfind("gcm", 0) == 0;
}

}  // namespace

FcmStandIn::FcmStandIn(boost::asio::io_context& io)
    : key_{make_rsa_key()},
      oauth_{io, [this](const HttpStub::Request& request) { return give_token(request); }},
      server_{io, [this](Http2Server::Connection& connection, const Request& request) {
                serve(connection, request);
              }} {}

std::string FcmStandIn::account() const {
  return json{{"type", "service_account"}, {"project_id", project}, {"private_key_id", key_id},
              {"private_key", key_.pem},   {"client_email", email}, {"token_uri", token_uri()}}
      .dump();
}

HttpStub::Reply FcmStandIn::give_token(const HttpStub::Request& request) {
  const auto refuse = [](const std::string& why) {
    HttpStub::Reply reply{400};
    reply.body = json{{"error", "invalid_grant"}, {"error_description", why}}.dump();
    return reply;
  };
  if (oauth_status != 200) return HttpStub::Reply{oauth_status};
  static const std::regex form{
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=([^&]+)"};
  std::smatch found;
  const auto body = request.body();
  if (request["Content-Type"] != "application/x-www-form-urlencoded") return refuse("No form.");
  if (!std::regex_match(body, found, form)) return refuse("No assertion.");
  const auto jwt = check_jwt(found[1], "RS256", key_.key.get());
  if (!jwt) return refuse("Invalid JWT Signature.");
  assertions.push_back({{"header", jwt->header}, {"claims", jwt->claims}});
  const auto& claims = jwt->claims;
  const auto issued = claims.value("iat", std::int64_t{0});
  const auto ends = claims.value("exp", std::int64_t{0});
  if (claims.value("iss", "") != email || claims.value("aud", "") != token_uri() ||
      claims.value("scope", "") != "https://www.googleapis.com/auth/firebase.messaging")
    return refuse("Invalid JWT: iss, aud or scope.");
  if (issued > now_s() + 60 || ends > issued + 3'600 || ends < now_s())
    return refuse("Invalid JWT: Token must be a short-lived token (60 minutes).");
  const auto token = "ya29." + std::to_string(assertions.size());
  tokens_.insert(token);
  HttpStub::Reply reply{200};
  reply.body =
      json{{"access_token", token}, {"expires_in", token_life}, {"token_type", "Bearer"}}.dump();
  return reply;
}

void FcmStandIn::serve(Http2Server::Connection& connection, const Request& request) {
  Seen one;
  one.request = request;
  const auto verdict = judge(request, one);
  PlannedAnswer plan{verdict.status, verdict.reason};
  if (verdict.status == 200 && !planned_.empty()) {
    plan = planned_.front();
    planned_.pop_front();
  }
  one.status = plan.status;
  one.reason = plan.reason;
  seen.push_back(one);
  if (on_seen) on_seen(one);
  const json good{{"name", std::string{"projects/"} + project + "/messages/1"}};
  misbehave(connection, request, plan,
            plan.status == 200 ? good.dump() : error_body(plan.status, plan.reason).dump());
}

FcmStandIn::Verdict FcmStandIn::judge(const Request& request, Seen& one) const {
  if (request.path != std::string{"/v1/projects/"} + project + "/messages:send")
    return {404, "NOT_FOUND"};
  const auto authorization = request.headers.find("authorization");
  const bool known = authorization != request.headers.end() &&
                     authorization->second.rfind("Bearer ", 0) == 0 &&
                     tokens_.count(authorization->second.substr(7)) > 0;
  if (!known) return {401, "UNAUTHENTICATED"};
  const auto body = json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("message")) return {400, "INVALID_ARGUMENT"};
  one.message = body["message"];
  return judge_message(one.message);
}

FcmStandIn::Verdict FcmStandIn::judge_message(const json& message) const {
  constexpr std::size_t data_max = 4'096;
  const Verdict bad{400, "INVALID_ARGUMENT"};
  if (!message.contains("token") || message.contains("notification")) return bad;
  if (!message.contains("data") || !message["data"].is_object()) return bad;
  std::size_t size = 0;
  for (const auto& [key, value] : message["data"].items()) {
    if (!value.is_string() || is_reserved(key)) return bad;
    size += key.size() + value.get<std::string>().size();
  }
  if (size > data_max) return bad;
  const auto android = message.value("android", json::object());
  static const std::regex seconds{"[0-9]+s"};
  if (android.value("priority", "") != "HIGH" ||
      !std::regex_match(android.value("ttl", ""), seconds))
    return bad;
  if (gone.count(message["token"]) > 0) return {404, "UNREGISTERED"};
  return {};
}

}  // namespace test
