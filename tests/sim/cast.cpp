#include "tests/sim/cast.hpp"

#include <algorithm>
#include <cstdio>

namespace test::sim {

using namespace std::chrono_literals;

namespace {

/// What is off by default, or that few change.
void choose_rare(proxy::Settings& s, Dice& dice) {
  if (!dice.percent(35)) return;
  using Missed = proxy::Settings::MissedPush;
  static constexpr sip::Duration retries[] = {0s, 0s, 2s, 7s};
  static constexpr sip::Duration ring_limits[] = {5min, 5min, 12s, 35s};
  static constexpr sip::Duration turns[] = {4s, 10s, 20s};
  static constexpr Missed notices[] = {Missed::off, Missed::push, Missed::message};
  s.wake.retry = dice.pick(retries);
  s.wake.adaptive = dice.percent(40);
  if (dice.percent(30)) s.wake.coalesce = 500ms;
  if (dice.percent(40)) s.fork.strategy = proxy::Settings::Strategy::serial;
  s.fork.serial_timeout = dice.pick(turns);
  s.fork.ring_limit = dice.pick(ring_limits);
  s.late_call.missed_push = dice.pick(notices);
}

}  // namespace

proxy::Settings choose_settings(Dice& dice, Dice& rare) {
  proxy::Settings s;
  s.domains = {std::string{domain}};
  s.webhook = proxy::Settings::Webhook{"http://127.0.0.1:9/push", {}, 5s};
  s.auth.trusted.push_back({{Phone::home_of(pbx_number).address, 32}, std::nullopt});
  static constexpr sip::Duration timeouts[] = {5s, 10s, 20s, 30s, 30s, 40s};
  static constexpr int provisionals[] = {100, 180, 180, 182, 183};
  static constexpr sip::Duration windows[] = {0s, 5s, 15s, 15s, 30s};
  static constexpr sip::Duration push_windows[] = {0s, 20s, 45s, 45s, 60s};
  static constexpr std::chrono::seconds memories[] = {1h, 24h, 24h * 90};
  s.wake.timeout = dice.pick(timeouts);
  s.wake.provisional = dice.pick(provisionals);
  s.late_call.window = dice.pick(windows);
  s.late_call.push_window = dice.pick(push_windows);
  s.late_call.enabled = !dice.percent(4);
  if (dice.percent(15)) s.late_call.platforms = {"apns", "fcm", "webhook"};
  if (dice.percent(10)) s.late_call.user_agents.clear();
  s.fork.decline =
      dice.percent(50) ? proxy::Settings::Decline::everywhere : proxy::Settings::Decline::device;
  s.device.forget_after = dice.pick(memories);
  s.registrar.default_expires = dice.percent(30) ? 60s : 600s;
  choose_rare(s, rare);
  return s;
}

std::vector<Part> choose_devices(Dice& dice, Dice& rare) {
  static constexpr const char* preferences[] = {"", "", "0.3", "0.7", "1.0"};
  struct Kind {
    std::string_view provider, param, agent;
  };
  static constexpr Kind kinds[] = {
      {"apns", "TEAM.com.example.phone.voip", "LinphoneiOS/5.2"},
      {"apns", "TEAM.com.example.phone.voip", "LinphoneiOS/5.2"},
      {"apns.dev", "TEAM.com.example.phone.voip", "OtherPhone/1.0"},
      {"fcm", "123456789", "LinphoneAndroid/5.2"},
      {"webhook", "w", "OtherPhone/2.0"},
  };
  std::vector<Part> parts;
  const int users = dice.between(1, 6);
  int number = 0;
  for (int user = 0; user < users; ++user) {
    const int devices = dice.percent(45) ? 1 : dice.between(1, 3);
    for (int i = 0; i < devices; ++i) {
      Part part;
      auto& c = part.config;
      c.number = ++number;
      part.user = static_cast<std::size_t>(user);
      c.user = "u" + std::to_string(user);
      c.name = c.user + std::string(1, static_cast<char>('a' + i));
      c.password = password;
      char text[64];
      std::snprintf(text, sizeof text, "00000000-0000-4000-8000-0000000000%02d", number);
      c.instance = text;
      c.transport = dice.percent(60) ? sip::Transport::udp : sip::Transport::tcp;
      const bool desk = dice.percent(22);
      if (desk) {
        part.kind = Handset::Kind::desk;
        c.user_agent = "DeskPhone/3.1";
        if (dice.percent(30)) c.reg_id = 1;
      } else {
        const auto& kind = dice.pick(kinds);
        c.provider = kind.provider;
        c.param = kind.param;
        c.user_agent = kind.agent;
        std::snprintf(text, sizeof text, "TOK-%02d-0123456789abcdef", number);
        c.prid = text;
      }
      c.q = rare.pick(preferences);
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

bool gets_late_calls(const PhoneConfig& config, const proxy::Settings::LateCall& policy) {
  const auto platform = config.provider.empty()
                            ? std::string{"webhook"}
                            : config.provider.substr(0, config.provider.find('.'));
  if (std::ranges::find(policy.platforms, platform) != policy.platforms.end()) return true;
  return !policy.user_agents.empty() && config.user_agent.starts_with("LinphoneiOS");
}

}  // namespace test::sim
