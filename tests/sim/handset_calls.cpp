#include "sipstack/message/via.hpp"
#include "tests/sim/handset.hpp"

namespace test::sim {

using namespace std::chrono_literals;

namespace {

constexpr sip::Duration push_screen = 15s;  ///< push_incoming_call_timeout of liblinphone
constexpr std::string_view sdp =
    "v=0\r\no=- 2 2 IN IP4 192.168.7.8\r\ns=-\r\nc=IN IP4 192.168.7.8\r\nt=0 0\r\n"
    "m=audio 40002 RTP/AVP 0\r\n";

}  // namespace

void Handset::put(const sip::Message& message, LineId line, bool reached, bool skippable) {
  Caller::put(message, line, reached, skippable);
  if (!reached || !message.is_request()) return;
  if (message.method() == sip::Method::cancel) return cancelled(message);
  if (message.method() == sip::Method::message) return texted(servers().size() - 1);
  if (message.method() != sip::Method::invite) return;
  if (sip::tag_of(message.value(sip::HeaderName::to)).empty()) invited(servers().size() - 1);
}

bool Handset::is_open(std::size_t server) {
  return !asleep() && servers()[server].final_status == 0;
}

bool Handset::has_same_call(std::size_t at) {
  const auto& wanted = servers()[at].request;
  for (std::size_t i = 0; i < at; ++i) {
    const auto& other = servers()[i];
    if (other.request.method() != sip::Method::invite || other.final_status != 0) continue;
    if (other.last.empty()) continue;
    if (other.request.value(sip::HeaderName::call_id) == wanted.value(sip::HeaderName::call_id))
      return true;
  }
  return false;
}

void Handset::invited(std::size_t at) {
  auto& dice = setting().dice;
  auto& tally = setting().tally;
  auto& world = setting().world;
  const bool good = setting().well_behaved;
  auto& server = servers()[at];
  const auto call_id = std::string{server.request.value(sip::HeaderName::call_id)};
  const bool starting = kind_ == Kind::mobile && world.elapsed() - started_at_ < 2s;
  if (starting && !good && dice.percent(8)) {
    tally.count(Manner::starting_503);
    go_on(dice.between(200ms, 3s), &Handset::come_by_register);
    if (dice.percent(60)) return refuse(at, 503);
    tally.count(Manner::trying_then_503);
    respond(server, 100, {}, {}, {});
    world.after(dice.between(0ms, 2s), [this, at] {
      if (is_open(at)) refuse(at, 503);
    });
    return;
  }
  const auto screen = pushed_.find(call_id);
  if (screen != pushed_.end() && world.elapsed() - screen->second >= push_screen) {
    tally.count(Manner::timer_603);
    return refuse(at, 603);
  }
  if (has_same_call(at)) {
    tally.count(Manner::says_482);
    return refuse(at, 482);
  }
  const int way = dice.between(1, 100);
  if (!good && way <= 4) {
    tally.count(Manner::silent);
    failed_ = true;
    return;
  }
  if (!good && way <= 7) {
    tally.count(Manner::answers_slowly);
    failed_ = true;
    static constexpr int answers[] = {100, 180, 200, 486, 503};
    world.after(dice.between(4200ms, 12s), [this, at, status = dice.pick(answers)] {
      if (is_open(at)) respond(servers()[at], status, {}, {}, {});
    });
    return;
  }
  if (way <= 9) {
    tally.count(Manner::trying_only);
    return respond(server, 100, {}, {}, {});
  }
  if (way <= 14) {
    tally.count(Manner::answers_at_once);
    return answer(at);
  }
  if (dice.percent(50)) respond(server, 100, {}, {}, {});
  const auto delay = dice.percent(50) ? 0ms : dice.between(1ms, 400ms);
  world.after(delay, [this, at] { rings(at); });
}

void Handset::rings(std::size_t at) {
  if (!is_open(at)) return;
  setting().tally.count(Manner::rings);
  respond(servers()[at], 180, {}, {}, {});
  decide(at);
}

/// What its user does.
void Handset::decide(std::size_t at) {
  auto& dice = setting().dice;
  auto& world = setting().world;
  const int way = dice.between(1, 100);
  const auto when = dice.percent(30) ? dice.between(1, 10) * 1000ms : dice.between(300ms, 12s);
  if (way <= 30) {
    world.after(when, [this, at] {
      if (!is_open(at)) return;
      setting().tally.count(Manner::answers);
      answer(at);
    });
  } else if (way <= 45) {
    const int status = way <= 38 ? 486 : 603;
    world.after(when, [this, at, status] {
      if (!is_open(at)) return;
      setting().tally.count(status == 486 ? Manner::busy_486 : Manner::declines_603);
      refuse(at, status);
    });
  } else {
    setting().tally.count(Manner::lets_ring);
  }
}

void Handset::answer(std::size_t at) {
  if (!is_open(at)) return;
  respond(servers()[at], 200, {}, {}, sdp);
  if (!setting().dice.percent(50)) return;
  const auto tag = servers()[at].tag;
  setting().world.after(setting().dice.between(500ms, 20s), [this, tag] {
    if (asleep()) return;
    for (std::size_t i = 0; i < dialogs().size(); ++i)
      if (dialogs()[i].local_tag() == tag) return hang_up(i, false);
  });
}

void Handset::refuse(std::size_t at, int status) { respond(servers()[at], status, {}, {}, {}); }

/// The CANCEL of an INVITE; the 200 to it and the 487 go out by themselves.
void Handset::cancelled(const sip::Message& cancel) {
  const bool crosses = setting().dice.percent(10);
  if (!crosses && !setting().dice.percent(4)) return;
  const auto via = sip::ViaView::parse(cancel.value(sip::HeaderName::via));
  for (std::size_t i = 0; via && i < servers().size(); ++i) {
    const auto& server = servers()[i];
    if (server.branch != via->branch || server.request.method() != sip::Method::invite) continue;
    if (!is_open(i)) return;
    if (!crosses) {
      setting().tally.count(Manner::other_final_to_cancel);
      return refuse(i, setting().dice.percent(50) ? 503 : 408);
    }
    setting().tally.count(Manner::answers_across_cancel);
    return answer(i);
  }
}

void Handset::texted(std::size_t at) {
  auto& dice = setting().dice;
  auto& tally = setting().tally;
  auto& server = servers()[at];
  const int final_status = dice.percent(70) ? 200 : 488;
  const auto finish = [this, at, final_status] {
    if (!is_open(at)) return;
    setting().tally.count(final_status == 200 ? Manner::text_answered : Manner::text_refused);
    refuse(at, final_status);
  };
  if (dice.percent(40)) return finish();
  // Some say 182 first, some twice, and some no more than that.
  tally.count(Manner::text_provisional);
  respond(server, 182, {}, {}, {});
  if (dice.percent(40))
    setting().world.after(dice.between(100ms, 3s), [this, at] {
      if (is_open(at)) respond(servers()[at], 182, {}, {}, {});
    });
  const int way = dice.between(1, 100);
  if (way <= 60) {
    setting().world.after(dice.between(100ms, 9s), finish);
  } else if (way <= 80 && !setting().well_behaved) {
    failed_ = true;
    setting().world.after(dice.between(100ms, 3s), [this] { lose_flow(true); });
  }
}

}  // namespace test::sim
