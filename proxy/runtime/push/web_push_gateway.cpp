#include "proxy/runtime/push/web_push_gateway.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <stdexcept>

#include "proxy/core/push/web_push.hpp"
#include "proxy/runtime/push/ece.hpp"
#include "sipstack/base/base64url.hpp"

namespace proxy::runtime::push {
namespace {

using proxy::push::WebPushMeaning;
using namespace std::chrono_literals;

constexpr std::size_t services_max = 64;
constexpr std::size_t salt_size = 16;
/// A token is good for twelve hours (RFC 8292 section 2: at most a day) and used for half of it.
constexpr auto token_life = 12h;
constexpr auto token_reserve = 6h;

std::string make_salt() {
  std::string salt(salt_size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) != 1)
    throw std::runtime_error{"no random bytes"};
  return salt;
}

JwtSigner make_signer(const WebPushSettings& settings) {
  try {
    return JwtSigner{settings.key, JwtSigner::Algorithm::es256};
  } catch (const KeyError& error) {
    throw std::runtime_error{"push.webpush: key_file \"" + settings.key_file +
                             "\": " + error.what()};
  }
}

}  // namespace

WebPushGateway::WebPushGateway(boost::asio::io_context& io, const WebPushSettings& settings,
                               Done done, const HealthBook::Changed& changed)
    : ServiceGateway{io, std::move(done)},
      settings_{settings},
      signer_{make_signer(settings)},
      public_key_{sip::base64url(signer_.public_point())},
      tls_{make_tls_client(settings.ca_file)},
      health_{"webpush", settings.subject, changed} {}

void WebPushGateway::stop() {
  ServiceGateway::stop();
  for (auto& [origin, service] : services_) service.client->stop();
}

std::string WebPushGateway::prepare(Job& job) {
  job.account = 0;
  const auto target = parse_url(job.push.token);
  const auto origin = proxy::push::origin_of(job.push.token);
  if (!target || !target->tls || origin.empty()) return "its subscription is no https URL";
  const auto address = sip::Address::parse(target->host);
  if (address && !settings_.private_addresses && !proxy::push::is_public(*address))
    return "its subscription leads to a private address";
  if (!service_for(origin, *target)) return "too many push services at once";
  return {};
}

/// The ones that are not in use make room, the longest unused first.
bool WebPushGateway::make_room() {
  if (services_.size() < services_max) return true;
  auto oldest = services_.end();
  for (auto at = services_.begin(); at != services_.end(); ++at)
    if (at->second.client->open() == 0 &&
        (oldest == services_.end() || at->second.used < oldest->second.used))
      oldest = at;
  if (oldest == services_.end()) return false;
  oldest->second.client->stop();
  // What its timer has left in the queue still needs it.
  boost::asio::post(io_, [client = std::move(oldest->second.client)] {});
  services_.erase(oldest);
  return true;
}

WebPushGateway::Service* WebPushGateway::service_for(const std::string& origin,
                                                     const Target& target) {
  auto at = services_.find(origin);
  if (at == services_.end()) {
    if (!make_room()) return nullptr;
    Http2Client::Options options;
    options.warm = false;
    options.connection.target = target;
    options.connection.tls = tls_;
    if (!settings_.proxy.empty()) options.connection.proxy = parse_url(settings_.proxy);
    // A proxy resolves names by itself, and says itself where it leads to.
    if (!settings_.private_addresses && settings_.proxy.empty())
      options.connection.allowed = [](const sip::Address& address) {
        return proxy::push::is_public(address);
      };
    Service service;
    service.client =
        std::make_unique<Http2Client>(io_, std::move(options), [this](const std::string& why) {
          if (!why.empty()) health_.unreachable(why, wall_now());
        });
    at = services_.emplace(origin, std::move(service)).first;
  }
  at->second.used = Clock::now();
  return &at->second;
}

const std::string& WebPushGateway::token_for(const std::string& origin, Service& service) const {
  const auto now = wall_now();
  if (service.token.empty() || service.token_expires - now < token_reserve) {
    service.token_expires = now + token_life;
    service.token =
        signer_.token(proxy::push::vapid_claims(origin, settings_.subject, service.token_expires));
  }
  return service.token;
}

/// Empty: the push goes without a payload.
std::string WebPushGateway::sealed(const Job& job) const {
  const auto& push = job.push;
  const auto keys = read_subscription_keys(push.p256dh, push.auth);
  const auto& text = job.slimmed ? push.slim_body : push.body;
  if (!keys || text.empty()) return {};
  return encrypt_push(text, *keys, MessageKey::make(), make_salt());
}

void WebPushGateway::ask(Job& job) {
  const auto origin = proxy::push::origin_of(job.push.token);
  const auto target = parse_url(job.push.token);
  auto* service = service_for(origin, *target);
  if (!service)
    return conclude(job.push.id, {PushOutcome::failed, "too many push services at once"});
  const auto body = sealed(job);
  HttpRequest request;
  request.path = target->path;
  request.headers = {
      {"authorization", "vapid t=" + token_for(origin, *service) + ", k=" + public_key_},
      {"ttl", std::to_string(job.push.ttl.count())},
      {"urgency", job.push.kind == proxy::push::Kind::alert ? "normal" : "high"}};
  if (!job.push.collapse.empty())
    request.headers.emplace_back("topic", proxy::push::topic_of(job.push.collapse));
  if (!body.empty()) {
    request.headers.emplace_back("content-encoding", "aes128gcm");
    request.headers.emplace_back("content-type", "application/octet-stream");
  }
  request.body = sip::make_bytes(body);
  send(job, *service->client, std::move(request));
}

ServiceGateway::Next WebPushGateway::judge(Job& job, const HttpAnswer& answer) {
  const auto meant = proxy::push::read_web_push(answer.status);
  const auto now = wall_now();
  switch (meant.meaning) {
    case WebPushMeaning::accepted:
      health_.well(now);
      return {PushOutcome::accepted, meant.reason};
    case WebPushMeaning::dead:
      health_.well(now);
      return {PushOutcome::dead, meant.reason};
    case WebPushMeaning::too_large:
      if (!std::exchange(job.slimmed, true)) return {};
      break;
    case WebPushMeaning::credentials:
      // Or the subscription was made with another key than ours: only its page can mend that.
      health_.refused_credentials(meant.reason + ": was it subscribed with our public key?", now);
      return {PushOutcome::refused, meant.reason};
    case WebPushMeaning::slow_down:
    case WebPushMeaning::again:
      health_.troubled(meant.reason, now);
      return again(job, meant.reason, answer.retry_after);
    case WebPushMeaning::refused:
      break;
  }
  health_.troubled(meant.reason, now);
  return {PushOutcome::refused, meant.reason};
}

}  // namespace proxy::runtime::push
