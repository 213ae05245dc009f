#include "tests/scenario/settings_line.hpp"

#include <functional>
#include <map>

#include "tests/scenario/script.hpp"
#include "tests/support/world.hpp"

namespace test {

namespace {

using proxy::Settings;

std::vector<std::string> list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::chrono::seconds whole_seconds(const std::string& text) {
  return std::chrono::duration_cast<std::chrono::seconds>(parse_duration(text));
}

/// "3/60s": three at once, and one more each minute.
Settings::Wake::Rate rate(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) throw ScriptError{"not of the form 3/60s: " + text};
  return {static_cast<unsigned>(std::stoul(text.substr(0, slash))),
          whole_seconds(text.substr(slash + 1))};
}

bool truth(const std::string& text) {
  if (text != "true" && text != "false") throw ScriptError{"neither true nor false: " + text};
  return text == "true";
}

using Setter = std::function<void(Settings&, const std::string&)>;

const std::map<std::string, Setter, std::less<>>& setters() {
  static const std::map<std::string, Setter, std::less<>> table{
      {"domains", [](auto& s, auto& v) { s.domains = list(v); }},
      {"aliases", [](auto& s, auto& v) { s.aliases = list(v); }},
      {"tls.client_ca", [](auto& s, auto& v) { s.tls.client_ca = v; }},
      {"auth.algorithms", [](auto& s, auto& v) { s.auth.algorithms = list(v); }},
      {"auth.nonce_lifetime", [](auto& s, auto& v) { s.auth.nonce_lifetime = parse_duration(v); }},
      {"abuse.messages",
       [](auto& s, auto& v) { s.abuse.messages = static_cast<unsigned>(std::stoul(v)); }},
      {"abuse.requests",
       [](auto& s, auto& v) { s.abuse.requests = static_cast<unsigned>(std::stoul(v)); }},
      {"abuse.pushes",
       [](auto& s, auto& v) { s.abuse.pushes = static_cast<unsigned>(std::stoul(v)); }},
      {"abuse.failed_logins",
       [](auto& s, auto& v) { s.abuse.failed_logins = static_cast<unsigned>(std::stoul(v)); }},
      {"abuse.exempt",
       [](auto& s, auto& v) { s.abuse.exempt = {sip::AddressBlock::parse(v).value()}; }},
      {"registrar.min_expires",
       [](auto& s, auto& v) { s.registrar.min_expires = whole_seconds(v); }},
      {"registrar.max_expires",
       [](auto& s, auto& v) { s.registrar.max_expires = whole_seconds(v); }},
      {"registrar.default_expires",
       [](auto& s, auto& v) { s.registrar.default_expires = whole_seconds(v); }},
      {"registrar.max_contacts",
       [](auto& s, auto& v) { s.registrar.max_contacts = static_cast<unsigned>(std::stoul(v)); }},
      {"registrar.flow_timer", [](auto& s, auto& v) { s.registrar.flow_timer = whole_seconds(v); }},
      {"registrar.refuse_unknown_push",
       [](auto& s, auto& v) { s.registrar.refuse_unknown_push = truth(v); }},
      {"wake.budget.device", [](auto& s, auto& v) { s.wake.budget.device = rate(v); }},
      {"wake.budget.callee", [](auto& s, auto& v) { s.wake.budget.callee = rate(v); }},
      {"wake.budget.caller", [](auto& s, auto& v) { s.wake.budget.caller = rate(v); }},
      {"wake.caller_details", [](auto& s, auto& v) { s.wake.caller_details = truth(v); }},
      {"wake.mid_dialog", [](auto& s, auto& v) { s.wake.mid_dialog = truth(v); }},
      {"wake.refresh", [](auto& s, auto& v) { s.wake.refresh = truth(v); }},
      {"device.forget_after", [](auto& s, auto& v) { s.device.forget_after = whole_seconds(v); }},
      {"wake.timeout", [](auto& s, auto& v) { s.wake.timeout = parse_duration(v); }},
      {"wake.retry", [](auto& s, auto& v) { s.wake.retry = parse_duration(v); }},
      {"wake.adaptive", [](auto& s, auto& v) { s.wake.adaptive = truth(v); }},
      {"wake.provisional", [](auto& s, auto& v) { s.wake.provisional = std::stoi(v); }},
      {"wake.unknown_devices", [](auto& s, auto& v) { s.wake.unknown_devices = truth(v); }},
      {"wake.coalesce", [](auto& s, auto& v) { s.wake.coalesce = parse_duration(v); }},
      {"fork.strategy",
       [](auto& s, auto& v) {
         s.fork.strategy =
             v == "serial" ? Settings::Strategy::serial : Settings::Strategy::parallel;
       }},
      {"fork.serial_timeout", [](auto& s, auto& v) { s.fork.serial_timeout = parse_duration(v); }},
      {"fork.ring_limit", [](auto& s, auto& v) { s.fork.ring_limit = parse_duration(v); }},
      {"fork.decline",
       [](auto& s, auto& v) {
         s.fork.decline = v == "device" ? Settings::Decline::device : Settings::Decline::everywhere;
       }},
      {"fork.timer_c", [](auto& s, auto& v) { s.fork.timer_c = parse_duration(v); }},
      {"late_call.enabled", [](auto& s, auto& v) { s.late_call.enabled = truth(v); }},
      {"calls.message_heads",
       [](auto& s, auto& v) {
         using Heads = Settings::MessageHeads;
         s.calls.message_heads = v == "all" ? Heads::all : v == "off" ? Heads::off : Heads::woken;
       }},
      {"late_call.window", [](auto& s, auto& v) { s.late_call.window = parse_duration(v); }},
      {"late_call.push_window",
       [](auto& s, auto& v) { s.late_call.push_window = parse_duration(v); }},
      {"late_call.missed_push",
       [](auto& s, auto& v) {
         using proxy::Settings;
         s.late_call.missed_push = v == "push"      ? Settings::MissedPush::push
                                   : v == "message" ? Settings::MissedPush::message
                                                    : Settings::MissedPush::off;
       }},
      {"late_call.apns.window",
       [](auto& s, auto& v) { s.late_call.apns.window = parse_duration(v); }},
      {"late_call.apns.push_window",
       [](auto& s, auto& v) { s.late_call.apns.push_window = parse_duration(v); }},
      {"late_call.platforms", [](auto& s, auto& v) { s.late_call.platforms = list(v); }},
      {"late_call.user_agents", [](auto& s, auto& v) { s.late_call.user_agents = list(v); }},
      {"webhook.secret", [](auto& s, auto& v) { s.webhook->secret = v; }},
      {"pbx",
       [](auto& s, auto& v) {
         s.pbx = Settings::Pbx{v, 0};
         s.pbx->any_transport = true;
       }},
      {"pbx.port",
       [](auto& s, auto& v) { s.pbx->port = static_cast<std::uint16_t>(std::stoul(v)); }},
      {"pbx.transport",
       [](auto& s, auto& v) {
         s.pbx->transport = sip::parse_transport(v).value();
         s.pbx->any_transport = false;
       }},
      {"webhook",
       [](auto& s, auto& v) {
         if (v != "off") throw ScriptError{"webhook can only be off"};
         s.webhook.reset();
       }},
  };
  return table;
}

}  // namespace

Settings scenario_settings() {
  Settings settings;
  settings.domains = {"example.com"};
  settings.aliases = {World::server_endpoint().address.to_string()};
  settings.webhook = Settings::Webhook{"http://push.test/push", "sesame", std::chrono::seconds{5}};
  return settings;
}

void apply_setting(Settings& settings, std::string_view key, const std::string& value) {
  const auto at = setters().find(key);
  if (at == setters().end()) throw ScriptError{"unknown setting " + std::string{key}};
  at->second(settings, value);
}

}  // namespace test
