#include "tests/sim/gateway.hpp"

#include "sipstack/message/name_addr.hpp"

namespace test::sim {

using namespace std::chrono_literals;

void Gateway::fail_at(sip::Duration at, sip::Duration until) {
  auto& world = setting().world;
  world.after(at - world.elapsed(), [this] { mute(); });
  world.after(until - world.elapsed(), [this] { wake(); });
}

void Gateway::put(const sip::Message& message, LineId line, bool reached, bool skippable) {
  Caller::put(message, line, reached, skippable);
  if (!reached || message.method() != sip::Method::invite || !message.is_request()) return;
  if (sip::tag_of(message.value(sip::HeaderName::to)).empty()) invited(servers().size() - 1);
}

void Gateway::say(std::size_t at, int status) {
  auto& server = servers()[at];
  if (asleep() || server.final_status != 0) return;
  respond(server, status, {}, {}, {});
}

void Gateway::say_after(sip::Duration delay, std::size_t at, int status) {
  setting().world.after(delay, [this, at, status] { say(at, status); });
}

/// Who has shown his credentials is asked again only when the nonce is stale, or they are wrong.
bool Gateway::challenge(std::size_t at) {
  if (!challenges_) return false;
  auto& dice = setting().dice;
  auto& server = servers()[at];
  const bool proxy = dice.percent(50);
  const bool shown = server.request.has(sip::HeaderName::authorization) ||
                     server.request.has(sip::HeaderName::proxy_authorization);
  if (!dice.percent(shown ? 15 : 60)) return false;
  std::string value = R"(Digest realm="trunk", nonce="n)" + std::to_string(dice.below(1'000'000)) +
                      R"(", algorithm=MD5, qop="auth")";
  if (shown && dice.percent(60)) value += ", stale=true";
  respond(server, proxy ? 407 : 401, {},
          {{proxy ? "Proxy-Authenticate" : "WWW-Authenticate", value}}, {});
  return true;
}

void Gateway::invited(std::size_t at) {
  auto& dice = setting().dice;
  if (challenge(at)) return;
  static constexpr int refusals[] = {404, 480, 486, 486, 488, 603};
  const int way = dice.between(1, 100);
  if (way <= 22) return say(at, 503);
  if (way <= 32) return;  // silent
  if (way <= 42) return say_after(dice.between(0ms, 2s), at, dice.pick(refusals));
  if (way <= 48) {
    say(at, 100);
    return say_after(dice.between(0ms, 2s), at, 503);
  }
  if (way <= 54) {
    say(at, 183);
    return say_after(dice.between(500ms, 3s), at, 503);
  }
  if (way <= 62) {  // heard when it may have been left
    static constexpr int late[] = {100, 183, 200, 401, 486, 503};
    return say_after(dice.between(4200ms, 9s), at, dice.pick(late));
  }
  if (dice.percent(50)) say(at, 100);
  setting().world.after(dice.between(0ms, 400ms), [this, at] { rings(at); });
}

void Gateway::rings(std::size_t at) {
  say(at, 183);
  auto& dice = setting().dice;
  const int way = dice.between(1, 100);
  const auto when = dice.between(300ms, 9s);
  if (way <= 60) setting().world.after(when, [this, at] { answer(at); });
  if (way > 60 && way <= 75) say_after(when, at, 486);
}

void Gateway::answer(std::size_t at) {
  auto& server = servers()[at];
  if (asleep() || server.final_status != 0) return;
  say(at, 200);
  if (!setting().dice.percent(50)) return;
  setting().world.after(setting().dice.between(500ms, 20s), [this, tag = server.tag] {
    if (asleep()) return;
    for (std::size_t i = 0; i < dialogs().size(); ++i)
      if (dialogs()[i].local_tag() == tag) return hang_up(i, false);
  });
}

}  // namespace test::sim
