#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <thread>

#include "app/demo/play.hpp"
#include "app/demo/push_service.hpp"
#include "app/demo/secret.hpp"
#include "app/demo/seen_request.hpp"
#include "app/demo/webhook_receiver.hpp"
#include "proxy/runtime/push/web_push_gateway.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"
#include "tests/support/push/apns_stand_in.hpp"
#include "tests/support/push/fcm_stand_in.hpp"
#include "tests/support/push/web_push_stand_in.hpp"

namespace app::demo {
namespace {

using nlohmann::json;
using Request = test::Http2Server::Request;

constexpr const char* bundle = "org.sipwake.demo";
constexpr const char* certificate_file = "stand-in.pem";

/// Runs an io_context until it goes.
class Runner {
 public:
  explicit Runner(boost::asio::io_context& io) : io_{io}, thread_{[&io] { io.run(); }} {}
  ~Runner() { io_.stop(); }
  Runner(Runner&&) = delete;

 private:
  boost::asio::io_context& io_;
  std::jthread thread_;
};

/// What the stand-ins share: who listens.
class Heard : public PushService {
 public:
  void on_push(Handler handler) final {
    const std::lock_guard lock{mutex_};
    handler_ = std::move(handler);
  }

 protected:
  void tell(const PushSeen& push) {
    const std::lock_guard lock{mutex_};
    if (handler_) handler_(push);
  }
  /// The certificate as a file; its name.
  static std::string keep(const std::string& certificate, const proxy::Settings& settings) {
    auto name = settings.data_dir + '/' + certificate_file;
    std::ofstream{name} << certificate;
    return name;
  }

  boost::asio::io_context io_{1};

 private:
  std::mutex mutex_;  ///< guards handler_: it is set from the thread that plays the demo
  Handler handler_;
};

SeenRequest shown(const Request& request) {
  SeenRequest out;
  out.line = request.method + ' ' + request.path;
  out.headers.assign(request.headers.begin(), request.headers.end());
  return out;
}

std::string text(const json& object, const char* name) {
  return object.is_object() ? object.value(name, "") : "";
}

class Apple final : public Heard {
 public:
  Apple() {
    service_.on_seen = [this](const test::ApnsStandIn::Seen& seen) {
      if (seen.status == 200) tell(read(seen));
    };
  }
  std::string_view name() const override { return "Apple"; }
  std::string_view phone() const override { return "iphone"; }
  std::string token(std::string_view user) override {
    const auto digest = sip::auth::hmac_sha256("device token", user);
    return sip::to_hex(
        std::span{reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()});
  }
  std::string coordinates(std::string_view user) override {
    return std::string{";pn-provider=apns;pn-param="}
        .append(test::ApnsStandIn::team_id)
        .append(".")
        .append(bundle)
        .append(".voip;pn-prid=")
        .append(token(user));
  }
  void configure(proxy::Settings& settings) override {
    proxy::ApnsSettings team;
    team.key = service_.key();
    team.key_id = test::ApnsStandIn::key_id;
    team.team_id = test::ApnsStandIn::team_id;
    team.topics = {bundle};
    team.reach.endpoint = service_.server().url();
    team.reach.ca_file = keep(service_.server().certificate(), settings);
    settings.apns = {std::move(team)};
    runner_.emplace(io_);
  }

 private:
  static PushSeen read(const test::ApnsStandIn::Seen& seen) {
    PushSeen push;
    const auto& payload = seen.payload;
    push.event = payload.value("event", "call");
    push.call_id = text(payload.value("aps", json::object()), "call-id");
    push.caller = text(payload, "from-uri");
    push.prid = seen.request.path.substr(seen.request.path.rfind('/') + 1);
    auto request = shown(seen.request);
    request.read = {{"its token:", seen.jwt.dump()}};
    request.body = payload.dump();
    push.request = text_of(request);
    return push;
  }

  test::ApnsStandIn service_{io_, {bundle}};
  std::optional<Runner> runner_;
};

class Google final : public Heard {
 public:
  Google() {
    service_.on_seen = [this](const test::FcmStandIn::Seen& seen) {
      if (seen.status == 200) tell(read(seen));
    };
  }
  std::string_view name() const override { return "Google"; }
  std::string_view phone() const override { return "android phone"; }
  std::string token(std::string_view user) override { return std::string{user} + "-mobile"; }
  std::string coordinates(std::string_view user) override {
    return std::string{";pn-provider=fcm;pn-param="}
        .append(test::FcmStandIn::project)
        .append(";pn-prid=")
        .append(token(user));
  }
  void configure(proxy::Settings& settings) override {
    const auto account = json::parse(service_.account());
    proxy::FcmSettings project;
    project.project_id = text(account, "project_id");
    project.client_email = text(account, "client_email");
    project.private_key_id = text(account, "private_key_id");
    project.private_key = text(account, "private_key");
    project.token_uri = text(account, "token_uri");
    project.reach.endpoint = service_.server().url();
    project.reach.ca_file = keep(service_.server().certificate(), settings);
    settings.fcm = {std::move(project)};
    runner_.emplace(io_);
  }

 private:
  PushSeen read(const test::FcmStandIn::Seen& seen) const {
    PushSeen push;
    const auto data = seen.message.value("data", json::object());
    push.event = data.value("event", "call");
    push.call_id = text(data, "call-id");
    push.caller = text(data, "from-uri");
    push.prid = text(seen.message, "token");
    auto request = shown(seen.request);
    if (!service_.assertions.empty())
      request.read = {{"its access token was asked for with:", service_.assertions.back().dump()}};
    request.body = json{{"message", seen.message}}.dump();
    push.request = text_of(request);
    return push;
  }

  test::FcmStandIn service_{io_};
  std::optional<Runner> runner_;
};

class Browsers final : public Heard {
 public:
  std::string_view name() const override { return "the browser's push service"; }
  std::string_view phone() const override { return "browser"; }
  std::string token(std::string_view user) override { return service_->subscribed(user).url(); }
  std::string coordinates(std::string_view user) override {
    const auto& browser = service_->subscribed(user);
    return ";pn-provider=webpush;pn-prid=" + browser.url() + ";x-pn-p256dh=" + browser.p256dh() +
           ";x-pn-auth=" + browser.auth();
  }
  void configure(proxy::Settings& settings) override {
    auto& webpush = settings.webpush.emplace();
    webpush.subject = "mailto:demo@sipwake.invalid";
    webpush.private_addresses = true;  // the stand-in is on this machine
    proxy::runtime::push::prepare_web_push(webpush, settings.data_dir);
    service_.emplace(io_, webpush.public_key);
    for (const auto user : mobile_users) service_->subscribe(std::string{user});
    webpush.ca_file = keep(service_->server().certificate(), settings);
    service_->on_seen = [this](const test::WebPushStandIn::Seen& seen) {
      if (seen.status == 201) tell(read(seen));
    };
    runner_.emplace(io_);
  }

 private:
  PushSeen read(const test::WebPushStandIn::Seen& seen) {
    PushSeen push;
    const auto body = json::parse(seen.text.value_or(""), nullptr, false);
    push.event = text(body, "event");
    push.call_id = text(body, "call_id");
    if (body.is_object()) push.caller = text(body.value("caller", json::object()), "uri");
    push.prid = service_->server().url() + seen.request.path;
    auto request = shown(seen.request);
    request.read = {{"its token:", seen.jwt.dump()}};
    request.body = seen.text.value_or("");
    push.request = text_of(request);
    return push;
  }

  std::optional<test::WebPushStandIn> service_;
  std::optional<Runner> runner_;
};

}  // namespace

std::unique_ptr<PushService> make_push_service(std::string_view provider) {
  if (provider == "apns") return std::make_unique<Apple>();
  if (provider == "fcm") return std::make_unique<Google>();
  if (provider == "webpush") return std::make_unique<Browsers>();
  if (provider == "webhook") return std::make_unique<WebhookReceiver>(random_secret());
  return nullptr;
}

}  // namespace app::demo
