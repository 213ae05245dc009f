#include <algorithm>

#include "app/demo/agent.hpp"
#include "sipstack/message/reply.hpp"

// The called side of an Agent: what it does with requests.

namespace app::demo {
namespace {

using sip::HeaderName;
using sip::TimePoint;

constexpr std::string_view answer_sdp =
    "v=0\r\no=- 2 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40002 RTP/AVP 0\r\n";

}  // namespace

void Agent::on_request(const sip::Message& request, const sip::Flow& flow, TimePoint now,
                       Output& out) {
  using Kind = sip::transaction::RequestMatch::Kind;
  const auto match = layer_.match(request, flow, now, out.wire);
  switch (match.kind) {
    case Kind::absorbed:
      return;
    case Kind::cancel:
      return on_cancel(match.id, request, flow, now, out);
    case Kind::cancel_unknown:
      return reply_at_once(request, flow, 481, now, out);
    case Kind::stray_ack:
      return on_ack(request, out);
    case Kind::merged:
      return reply_at_once(request, flow, 482, now, out);
    case Kind::fresh:
      break;
  }
  switch (request.method()) {
    case sip::Method::invite:
      return on_invite(request, flow, now, out);
    case sip::Method::bye:
      return on_bye(request, flow, now, out);
    case sip::Method::ack:
      return;
    case sip::Method::options:
      return reply_at_once(request, flow, 200, now, out);
    default:
      return reply_at_once(request, flow, 405, now, out);
  }
}

void Agent::reply_at_once(const sip::Message& request, const sip::Flow& flow, int status,
                          TimePoint now, Output& out) {
  const auto id = layer_.open(request, flow, now);
  if (!id) return;
  auto bytes = sip::Reply{request, status}.to_tag(sip::random_token(ids_)).build();
  layer_.respond(*id, status, sip::make_bytes(std::move(bytes)), 0, now, out.wire);
}

std::string Agent::reply(const Ringing& ringing, int status) const {
  sip::Reply reply{ringing.invite, status};
  reply.to_tag(ringing.tag);
  if (status < 300) reply.header(HeaderName::contact, contact()).with_record_route();
  if (status == 200) reply.body("application/sdp", answer_sdp);
  return reply.build();
}

void Agent::on_invite(sip::Message request, const sip::Flow& flow, TimePoint now, Output& out) {
  // There is no media to renegotiate.
  if (!sip::tag_of(request.value(HeaderName::to)).empty())
    return reply_at_once(request, flow, 488, now, out);
  Ringing ringing;
  ringing.flow = flow;
  ringing.tag = sip::random_token(ids_);
  out.sightings.push_back({Sight::invite, std::string{request.value(HeaderName::call_id)}, 0, {}});
  const auto id = layer_.open(request, flow, now);
  if (!id || settings_.answering == Answering::silent) return;
  ringing.id = *id;
  ringing.invite = std::move(request);
  if (settings_.answering == Answering::decline) {
    layer_.respond(*id, 486, sip::make_bytes(reply(ringing, 486)), 0, now, out.wire);
    return;
  }
  ringing.ring_at = now + settings_.ring_after;
  if (settings_.answering == Answering::answer) ringing.answer_at = now + settings_.answer_after;
  ringing_.push_back(std::move(ringing));
}

void Agent::run_timers(Ringing& ringing, TimePoint now, Output& out) {
  const auto due = [now](std::optional<TimePoint>& at) {
    if (!at || *at > now) return false;
    at.reset();
    return true;
  };
  if (due(ringing.ring_at))
    layer_.respond(ringing.id, 180, sip::make_bytes(reply(ringing, 180)), 0, now, out.wire);
  if (due(ringing.answer_at)) {
    ringing.over = true;
    ringing.ok = reply(ringing, 200);
    ringing.resend_after = settings_.timers.t1;
    ringing.resend_at = now + ringing.resend_after;
    ringing.give_up = now + 64 * settings_.timers.t1;
    talks_.push_back(callee_dialog(ringing.invite, ringing.tag));
    layer_.respond(ringing.id, 200, sip::make_bytes(ringing.ok), 0, now, out.wire);
  }
  if (due(ringing.resend_at) && now < ringing.give_up) {
    layer_.respond(ringing.id, 200, sip::make_bytes(ringing.ok), 0, now, out.wire);
    ringing.resend_after = std::min(2 * ringing.resend_after, settings_.timers.t2);
    ringing.resend_at = now + ringing.resend_after;
  }
}

void Agent::on_cancel(sip::transaction::ServerId invite, const sip::Message& cancel,
                      const sip::Flow& flow, TimePoint now, Output& out) {
  reply_at_once(cancel, flow, 200, now, out);
  const auto ringing = std::ranges::find(ringing_, invite, &Ringing::id);
  // A CANCEL that crossed our final response changes nothing (RFC 3261 section 9.2).
  if (ringing == ringing_.end() || ringing->over) return;
  out.sightings.push_back({Sight::cancel, std::string{cancel.value(HeaderName::call_id)}, 0,
                           std::string{cancel.value(HeaderName::reason)}});
  layer_.respond(invite, 487, sip::make_bytes(reply(*ringing, 487)), 0, now, out.wire);
  ringing_.erase(ringing);
}

void Agent::on_ack(const sip::Message& ack, Output& out) {
  const auto ringing = std::ranges::find_if(ringing_, [&](const Ringing& r) {
    return r.resend_at && belongs_to(callee_dialog(r.invite, r.tag), ack);
  });
  if (ringing == ringing_.end()) return;
  out.sightings.push_back(
      {Sight::acknowledged, std::string{ack.value(HeaderName::call_id)}, 0, {}});
  ringing_.erase(ringing);
}

void Agent::on_bye(const sip::Message& bye, const sip::Flow& flow, TimePoint now, Output& out) {
  const auto talk =
      std::ranges::find_if(talks_, [&](const Dialog& d) { return belongs_to(d, bye); });
  if (talk == talks_.end()) return reply_at_once(bye, flow, 481, now, out);
  reply_at_once(bye, flow, 200, now, out);
  out.sightings.push_back(
      {Sight::bye, talk->call_id, 0, std::string{bye.value(HeaderName::reason)}});
  talks_.erase(talk);
}

}  // namespace app::demo
