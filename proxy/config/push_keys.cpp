#include "proxy/config/push_keys.hpp"

#include <array>

#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"
#include "proxy/config/push_fields.hpp"

namespace proxy::config {
namespace {

using std::chrono::minutes;
using namespace std::chrono_literals;
using ConfigKey = Key<Config>;
using ApnsKey = Key<Settings::Apns>;
using FcmKey = Key<Settings::Fcm>;

constexpr std::int64_t parallel_max = 256;

std::string text_or_nothing(const std::string& text) { return text.empty() ? "" : in_quotes(text); }
std::string list_or_nothing(const std::vector<std::string>& texts) {
  return texts.empty() ? "" : list_of(texts);
}

Settings::Webhook& webhook(Config& config) {
  if (!config.settings.webhook) config.settings.webhook = Settings::Webhook{};
  return *config.settings.webhook;
}
Settings::WebPush& webpush(Config& config) {
  if (!config.settings.webpush) config.settings.webpush = Settings::WebPush{};
  return *config.settings.webpush;
}

/// One of [push.webpush]'s texts, for print.
template <auto Member>
std::string webpush_text(const Config& config) {
  return config.settings.webpush ? text_or_nothing((*config.settings.webpush).*Member) : "";
}

const std::array webhook_table{
    ConfigKey{"url", "Each push is a POST of JSON to this address.",
              R"("http://127.0.0.1:9000/push")",
              [](const Value& v, Config& c) { webhook(c).url = read_webhook_url(v); },
              [](const Config& c) {
                return c.settings.webhook ? in_quotes(c.settings.webhook->url) : "";
              },
              true},
    ConfigKey{"fallback", "Asked in turn when that one cannot be reached or answers 5xx.",
              R"(["http://127.0.0.1:9001/push"])",
              [](const Value& v, Config& c) { webhook(c).fallback = read_webhook_urls(v); },
              [](const Config& c) {
                return c.settings.webhook ? list_or_nothing(c.settings.webhook->fallback) : "";
              }},
    ConfigKey{"secret_file", "Its contents sign the body: X-Sipwake-Signature, HMAC-SHA-256.",
              R"("webhook.key")",
              [](const Value& v, Config& c) {
                c.webhook_secret_file = v.path();
                webhook(c).secret = read_secret(v, c.webhook_secret_file);
              },
              [](const Config& c) { return text_or_nothing(c.webhook_secret_file.string()); }},
    ConfigKey{"timeout", "For one attempt; a refused or lost one is tried again.", R"("5s")",
              [](const Value& v, Config& c) { webhook(c).timeout = v.duration(100ms, minutes{1}); },
              [](const Config& c) {
                return c.settings.webhook ? in_quotes(to_text(c.settings.webhook->timeout)) : "";
              }},
    ConfigKey{"parallel", "Requests under way at a time.", "8",
              [](const Value& v, Config& c) {
                webhook(c).parallel = static_cast<unsigned>(v.number(1, parallel_max));
              },
              [](const Config& c) {
                return c.settings.webhook ? std::to_string(c.settings.webhook->parallel) : "";
              }},
    ConfigKey{"ca_file", "PEM, trusted beside the system's for https.", R"("receiver-ca.pem")",
              [](const Value& v, Config& c) { webhook(c).ca_file = v.path().string(); },
              [](const Config& c) {
                return c.settings.webhook ? text_or_nothing(c.settings.webhook->ca_file) : "";
              }},
    ConfigKey{"proxy", "Asked for a tunnel (CONNECT) to addresses that are https.",
              R"("http://proxy.example.com:3128")",
              [](const Value& v, Config& c) { webhook(c).proxy = read_proxy(v); },
              [](const Config& c) {
                return c.settings.webhook ? text_or_nothing(c.settings.webhook->proxy) : "";
              }},
};

const std::array webpush_table{
    ConfigKey{"subject", "Whom a push service may ask: a mailto: or https: address.",
              R"("mailto:ops@example.com")",
              [](const Value& v, Config& c) { webpush(c).subject = read_subject(v); },
              webpush_text<&Settings::WebPush::subject>, true},
    ConfigKey{"key_file", "PEM, EC P-256; without it one is made in the data folder.",
              R"("webpush.pem")",
              [](const Value& v, Config& c) {
                webpush(c).key_file = v.path().string();
                webpush(c).key = read_key_file(v, v.path());
              },
              webpush_text<&Settings::WebPush::key_file>},
    ConfigKey{"ca_file", "PEM, trusted beside the system's.", R"("test-ca.pem")",
              [](const Value& v, Config& c) { webpush(c).ca_file = v.path().string(); },
              webpush_text<&Settings::WebPush::ca_file>},
    ConfigKey{"proxy", "Asked for a tunnel to the service (CONNECT).",
              R"("http://proxy.example.com:3128")",
              [](const Value& v, Config& c) { webpush(c).proxy = read_proxy(v); },
              webpush_text<&Settings::WebPush::proxy>},
    ConfigKey{"payload_file", "JSON: what its pushes say.", R"("payload.json")",
              [](const Value& v, Config& c) {
                webpush(c).payload_file = v.path().string();
                webpush(c).payload = read_payload_file(v, push::Service::webpush);
              },
              webpush_text<&Settings::WebPush::payload_file>},
    ConfigKey{"private_addresses", "Subscriptions may lead to private addresses; for tests.",
              "false", [](const Value& v, Config& c) { webpush(c).private_addresses = v.flag(); },
              [](const Config& c) -> std::string {
                if (!c.settings.webpush) return "";
                return c.settings.webpush->private_addresses ? "true" : "false";
              }},
};

const std::array apns_table{
    ApnsKey{"key_file", "The .p8 file Apple gave you, readable by nobody else.",
            R"("AuthKey_ABC1234567.p8")",
            [](const Value& v, Settings::Apns& a) {
              a.key_file = v.path().string();
              a.key = read_key_file(v, a.key_file);
            },
            [](const Settings::Apns& a) { return in_quotes(a.key_file); }, true},
    ApnsKey{"key_id", "10 characters, from its name.", R"("ABC1234567")",
            [](const Value& v, Settings::Apns& a) { a.key_id = read_apple_id(v); },
            [](const Settings::Apns& a) { return in_quotes(a.key_id); }, true},
    ApnsKey{"team_id", "10 characters, from Apple's membership page.", R"("DEF1234567")",
            [](const Value& v, Settings::Apns& a) { a.team_id = read_apple_id(v); },
            [](const Settings::Apns& a) { return in_quotes(a.team_id); }, true},
    ApnsKey{"topics", "Bundle ids of the apps; .voip is added where it is needed.",
            R"(["com.example.phone"])",
            [](const Value& v, Settings::Apns& a) { a.topics = read_topics(v); },
            [](const Settings::Apns& a) { return list_of(a.topics); }, true},
    ApnsKey{"endpoint", "Asked instead of Apple, for both environments.",
            R"("https://127.0.0.1:2197")",
            [](const Value& v, Settings::Apns& a) { a.reach.endpoint = read_endpoint_url(v); },
            [](const Settings::Apns& a) { return text_or_nothing(a.reach.endpoint); }},
    ApnsKey{"sandbox_endpoint", "Asked instead of Apple's sandbox.", R"("https://127.0.0.1:2198")",
            [](const Value& v, Settings::Apns& a) { a.sandbox_endpoint = read_endpoint_url(v); },
            [](const Settings::Apns& a) { return text_or_nothing(a.sandbox_endpoint); }},
    ApnsKey{"ca_file", "PEM, trusted beside the system's.", R"("test-ca.pem")",
            [](const Value& v, Settings::Apns& a) { a.reach.ca_file = v.path().string(); },
            [](const Settings::Apns& a) { return text_or_nothing(a.reach.ca_file); }},
    ApnsKey{"payload_file", "JSON: what its pushes say; without it what liblinphone needs.",
            R"("payload.json")",
            [](const Value& v, Settings::Apns& a) {
              a.payload_file = v.path().string();
              a.payload = read_payload_file(v, push::Service::apns);
            },
            [](const Settings::Apns& a) { return text_or_nothing(a.payload_file); }},
    ApnsKey{"proxy", "Asked for a tunnel to the service (CONNECT).",
            R"("http://proxy.example.com:3128")",
            [](const Value& v, Settings::Apns& a) { a.reach.proxy = read_proxy(v); },
            [](const Settings::Apns& a) { return text_or_nothing(a.reach.proxy); }},
};

const std::array fcm_table{
    FcmKey{"service_account_file", "The JSON file Google gave you, readable by nobody else.",
           R"("fcm.json")", [](const Value& v, Settings::Fcm& f) { read_service_account(v, f); },
           [](const Settings::Fcm& f) { return in_quotes(f.service_account_file); }, true},
    FcmKey{"senders", "Project numbers, which some phones give instead of the project's id.",
           R"(["123456789012"])",
           [](const Value& v, Settings::Fcm& f) { f.senders = read_senders(v); },
           [](const Settings::Fcm& f) { return list_or_nothing(f.senders); }},
    FcmKey{"endpoint", "Asked instead of Google.", R"("https://127.0.0.1:8443")",
           [](const Value& v, Settings::Fcm& f) { f.reach.endpoint = read_endpoint_url(v); },
           [](const Settings::Fcm& f) { return text_or_nothing(f.reach.endpoint); }},
    FcmKey{"ca_file", "PEM, trusted beside the system's.", R"("test-ca.pem")",
           [](const Value& v, Settings::Fcm& f) { f.reach.ca_file = v.path().string(); },
           [](const Settings::Fcm& f) { return text_or_nothing(f.reach.ca_file); }},
    FcmKey{"payload_file", "JSON: what its pushes say; without it what liblinphone needs.",
           R"("payload.json")",
           [](const Value& v, Settings::Fcm& f) {
             f.payload_file = v.path().string();
             f.payload = read_payload_file(v, push::Service::fcm);
           },
           [](const Settings::Fcm& f) { return text_or_nothing(f.payload_file); }},
    FcmKey{"proxy", "Asked for a tunnel to the service (CONNECT).",
           R"("http://proxy.example.com:3128")",
           [](const Value& v, Settings::Fcm& f) { f.reach.proxy = read_proxy(v); },
           [](const Settings::Fcm& f) { return text_or_nothing(f.reach.proxy); }},
};

}  // namespace

std::span<const ConfigKey> webhook_keys() { return webhook_table; }
std::span<const ConfigKey> webpush_keys() { return webpush_table; }
std::span<const ApnsKey> apns_keys() { return apns_table; }
std::span<const FcmKey> fcm_keys() { return fcm_table; }

}  // namespace proxy::config
