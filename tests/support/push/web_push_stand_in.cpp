#include "tests/support/push/web_push_stand_in.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include <chrono>

#include "sipstack/base/base64url.hpp"

namespace test {
namespace {

using Request = Http2Server::Request;

std::string header(const Request& request, const std::string& name) {
  const auto at = request.headers.find(name);
  return at == request.headers.end() ? std::string{} : at->second;
}

/// The part of "vapid t=..., k=..." behind `name`.
std::string part_of(const std::string& value, const std::string& name) {
  const auto at = value.find(name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return value.substr(begin, value.find(',', begin) - begin);
}

/// The public half of a key that signs tokens, from its point.
sip::net::KeyPtr key_of(const std::string& point) {
  OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context) == 1)
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  OSSL_PARAM_BLD_free(builder);
  return sip::net::KeyPtr{key};
}

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Browser::Browser(std::string url)
    : url_{std::move(url)},
      secret_{"0123456789abcdef"},
      key_{proxy::runtime::push::MessageKey::make()} {}

std::string Browser::p256dh() const { return sip::base64url(key_.point()); }
std::string Browser::auth() const { return sip::base64url(secret_); }
std::optional<std::string> Browser::read(const std::string& message) const {
  return proxy::runtime::push::decrypt_push(message, key_, secret_);
}

WebPushStandIn::WebPushStandIn(boost::asio::io_context& io, std::string public_key)
    : public_key_{std::move(public_key)},
      server_{io, [this](Http2Server::Connection& connection, const Request& request) {
                serve(connection, request);
              }} {
  subscribe("abc");
}

const Browser& WebPushStandIn::subscribe(const std::string& name) {
  const auto path = folder + name;
  return browsers_.try_emplace(path, server_.url() + path).first->second;
}

const Browser& WebPushStandIn::subscribed(std::string_view name) const {
  return browsers_.at(std::string{folder}.append(name));
}

void WebPushStandIn::serve(Http2Server::Connection& connection, const Request& request) {
  Seen one;
  one.request = request;
  one.status = 201;
  judge(one);
  PlannedAnswer plan{one.status, one.why};
  if (one.status == 201 && !planned_.empty()) {
    plan = planned_.front();
    planned_.pop_front();
    one.status = plan.status;
  }
  seen.push_back(one);
  if (on_seen) on_seen(one);
  misbehave(connection, request, plan, plan.reason);
}

void WebPushStandIn::judge(Seen& one) const {
  const auto refuse = [&one](int status, std::string why) {
    one.status = status;
    one.why = std::move(why);
  };
  const Request& request = one.request;
  if (request.method != "POST") return refuse(405, "method");
  const auto browser = browsers_.find(request.path);
  if (browser == browsers_.end()) return refuse(404, "no such subscription");
  const auto ttl = header(request, "ttl");
  if (ttl.empty() || ttl.find_first_not_of("0123456789") != std::string::npos)
    return refuse(400, "TTL");
  const auto urgency = header(request, "urgency");
  if (urgency != "high" && urgency != "normal") return refuse(400, "Urgency");
  const auto topic = header(request, "topic");
  if (topic.size() > 32 || !sip::from_base64url(topic)) return refuse(400, "Topic");
  if (auto why = vapid_problem(one); !why.empty()) return refuse(403, std::move(why));
  if (request.body.size() > 4'096) return refuse(413, "too large");
  const auto coding = header(request, "content-encoding");
  if (request.body.empty()) {
    if (!coding.empty()) refuse(400, "a coding of nothing");
    return;
  }
  if (coding != "aes128gcm") return refuse(400, "Content-Encoding");
  one.text = browser->second.read(request.body);
  if (!one.text) refuse(400, "the browser cannot read it");
}

std::string WebPushStandIn::vapid_problem(Seen& one) const {
  const auto value = header(one.request, "authorization");
  if (!value.starts_with("vapid ")) return "no VAPID";
  if (part_of(value, "k") != public_key_) return "another key than the subscription's";
  const auto point = sip::from_base64url(public_key_);
  const auto key = key_of(point.value_or(""));
  const auto jwt = check_jwt(part_of(value, "t"), "ES256", key.get());
  if (!jwt) return "not signed by that key";
  one.jwt = {{"header", jwt->header}, {"claims", jwt->claims}};
  const auto& claims = jwt->claims;
  if (claims.value("aud", "") != server_.url()) return "aud";
  const auto expires = claims.value("exp", std::int64_t{0});
  if (expires <= now_s() || expires > now_s() + std::int64_t{24} * 3'600) return "exp";
  const auto subject = claims.value("sub", "");
  if (!subject.starts_with("mailto:") && !subject.starts_with("https:")) return "sub";
  return {};
}

}  // namespace test
