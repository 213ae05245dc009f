#include "app/demo/agent.hpp"

#include <algorithm>
#include <utility>

#include "sipstack/auth/digest.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/rewrite.hpp"

namespace app::demo {
namespace {

using sip::HeaderName;
using sip::TimePoint;

/// Enough of an offer for any endpoint; there is no media behind it.
constexpr std::string_view offer =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\n";

}  // namespace

std::string_view to_string(Sight sight) {
  switch (sight) {
    case Sight::registered:
      return "registered";
    case Sight::register_refused:
      return "REGISTER refused";
    case Sight::invite:
      return "INVITE";
    case Sight::cancel:
      return "CANCEL";
    case Sight::acknowledged:
      return "ACK";
    case Sight::bye:
      return "BYE";
    case Sight::ringing:
      return "ringing";
    case Sight::answered:
      return "answered";
    case Sight::refused:
      return "refused";
    case Sight::hung_up:
      return "hung up";
  }
  return "unknown";
}

Agent::Agent(AgentSettings settings, sip::IdSource& ids)
    : settings_{std::move(settings)}, ids_{ids}, layer_{settings_.timers, sip::Limits{}, ids} {}

std::string Agent::address() const { return "sip:" + settings_.user + "@" + settings_.domain; }

std::string Agent::contact() const {
  std::string value = "<sip:" + settings_.user + "@" + settings_.local;
  if (settings_.server.transport != sip::Transport::udp)
    value.append(";transport=").append(sip::to_string(settings_.server.transport));
  value.append(settings_.contact_params).append(">");
  if (!settings_.instance.empty())
    value.append(";+sip.instance=\"<").append(settings_.instance).append(">\"");
  return value;
}

void Agent::register_contact(std::chrono::seconds expires, TimePoint now, Output& out) {
  if (!registration_) {
    registration_.emplace();
    registration_->call_id = sip::random_token(ids_);
    registration_->local = "<" + address() + ">;tag=" + sip::random_token(ids_);
    registration_->remote = "<" + address() + ">";
    registration_->target = "sip:" + settings_.domain;
  }
  Asked asked;
  asked.kind = Asked::Kind::registration;
  asked.dialog = *registration_;
  asked.expires = std::to_string(expires.count());
  send(asked, {}, now, out);
  asked_.push_back(std::move(asked));
}

std::string Agent::call(std::string_view callee_uri, TimePoint now, Output& out) {
  Asked asked;
  asked.kind = Asked::Kind::invite;
  asked.dialog.call_id = sip::random_token(ids_);
  asked.dialog.local =
      "\"" + settings_.display_name + "\" <" + address() + ">;tag=" + sip::random_token(ids_);
  asked.dialog.remote = std::string{"<"}.append(callee_uri).append(">");
  asked.dialog.target = callee_uri;
  std::string call_id = asked.dialog.call_id;
  send(asked, {}, now, out);
  asked_.push_back(std::move(asked));
  return call_id;
}

void Agent::cancel(std::string_view call_id, TimePoint now, Output& out) {
  for (Asked& asked : asked_) {
    if (asked.kind != Asked::Kind::invite || asked.dialog.call_id != call_id || asked.over)
      continue;
    if (layer_.proceeding(asked.id))
      layer_.cancel(asked.id, {}, now, out.wire);
    else
      asked.cancel_wanted = true;
  }
}

void Agent::hang_up(std::string_view call_id, TimePoint now, Output& out) {
  const auto talk = std::ranges::find(talks_, call_id, &Dialog::call_id);
  if (talk == talks_.end()) return;
  Asked asked;
  asked.kind = Asked::Kind::bye;
  asked.dialog = std::move(*talk);
  talks_.erase(talk);
  send(asked, {}, now, out);
  asked_.push_back(std::move(asked));
}

std::string Agent::extra_headers(const Asked& asked, std::string_view credentials) const {
  std::string extra{credentials};
  if (asked.kind == Asked::Kind::registration)
    sip::append_header(extra, HeaderName::expires, asked.expires);
  sip::append_header(extra, HeaderName::user_agent, settings_.user_agent);
  return extra;
}

void Agent::send(Asked& asked, std::string_view credentials, TimePoint now, Output& out) {
  const auto branch = layer_.new_branch();
  ++asked.dialog.cseq;
  if (asked.kind == Asked::Kind::registration) registration_->cseq = asked.dialog.cseq;
  const std::string via = std::string{"SIP/2.0/"}
                              .append(sip::via_name(settings_.server.transport))
                              .append(" " + settings_.local + ";rport;branch=" + branch.text);
  const std::string own_contact = contact();
  const std::string extra = extra_headers(asked, credentials);
  RequestParts parts;
  parts.via = via;
  parts.extra = extra;
  if (asked.kind != Asked::Kind::bye) parts.contact = own_contact;
  parts.method = asked.kind == Asked::Kind::registration ? "REGISTER" : "BYE";
  if (asked.kind == Asked::Kind::invite) {
    parts.method = "INVITE";
    parts.body = offer;
  }
  const auto request = sip::Message::parse(write_request(asked.dialog, parts));
  asked.id = branch.id;
  layer_.start(branch, *request, settings_.server, 0, now, out.wire);
}

std::string Agent::credentials_for(const sip::Message& response, const Asked& asked) {
  const bool by_proxy = response.status() == 407;
  const auto challenge_name =
      by_proxy ? HeaderName::proxy_authenticate : HeaderName::www_authenticate;
  // Our password is for our own domain only: nobody else gets an answer to a challenge.
  const std::string own_realm = "realm=\"" + settings_.domain + "\"";
  for (const sip::Header& header : response.headers()) {
    const auto challenge = response.value(header);
    if (header.name != challenge_name || challenge.find(own_realm) == challenge.npos) continue;
    const auto method = asked.kind == Asked::Kind::invite         ? "INVITE"
                        : asked.kind == Asked::Kind::registration ? "REGISTER"
                                                                  : "BYE";
    std::string line;
    sip::append_header(line, by_proxy ? HeaderName::proxy_authorization : HeaderName::authorization,
                       sip::auth::answer(challenge, settings_.user, settings_.password, method,
                                         asked.dialog.target, sip::random_token(ids_), 1));
    return line;
  }
  return {};
}

void Agent::on_response(const sip::Message& response, TimePoint now, Output& out) {
  const auto id = layer_.on_response(response, now, out.wire);
  if (!id) return;
  const auto asked = std::ranges::find(asked_, *id, &Asked::id);
  if (asked == asked_.end()) return;
  if (response.status() >= 200) return on_final(*asked, response, now, out);
  if (asked->kind != Asked::Kind::invite) return;
  if (response.status() > 100)
    out.sightings.push_back({Sight::ringing, asked->dialog.call_id, response.status(), {}});
  if (std::exchange(asked->cancel_wanted, false)) layer_.cancel(asked->id, {}, now, out.wire);
}

void Agent::on_final(Asked& asked, const sip::Message& response, TimePoint now, Output& out) {
  const int status = response.status();
  if ((status == 401 || status == 407) && !asked.challenged) {
    if (const auto credentials = credentials_for(response, asked); !credentials.empty()) {
      asked.challenged = true;
      return send(asked, credentials, now, out);
    }
  }
  const bool success = status < 300;
  if (asked.kind == Asked::Kind::invite && success) return on_invite_ok(asked, response, out);
  if (asked.over) return;
  asked.over = true;
  Sighting sighting{Sight::refused, asked.dialog.call_id, status, {}};
  sighting.detail = response.value(HeaderName::warning);
  if (asked.kind == Asked::Kind::registration)
    sighting.what = success ? Sight::registered : Sight::register_refused;
  if (asked.kind == Asked::Kind::bye) sighting.what = Sight::hung_up;
  out.sightings.push_back(std::move(sighting));
}

void Agent::on_invite_ok(Asked& asked, const sip::Message& response, Output& out) {
  if (!asked.over) {
    asked.over = true;
    Dialog dialog = caller_dialog(response);
    const std::string via = std::string{"SIP/2.0/"}
                                .append(sip::via_name(settings_.server.transport))
                                .append(" " + settings_.local + ";rport;branch=z9hG4bK")
                                .append(sip::random_token(ids_));
    asked.ack = write_request(dialog, {"ACK", via, {}, {}, {}});
    talks_.push_back(std::move(dialog));
    out.sightings.push_back({Sight::answered, asked.dialog.call_id, response.status(), {}});
  }
  out.wire.transmits.push_back({settings_.server, sip::make_bytes(asked.ack), 0, {}});
}

void Agent::give_up(sip::transaction::ClientId id, Output& out) {
  const auto asked = std::ranges::find(asked_, id, &Asked::id);
  if (asked == asked_.end() || asked->over) return;
  asked->over = true;
  const auto what =
      asked->kind == Asked::Kind::registration ? Sight::register_refused : Sight::refused;
  out.sightings.push_back({what, asked->dialog.call_id, 408, {}});
}

void Agent::read_notices(Output& out) {
  using sip::transaction::ClientEnded;
  using sip::transaction::ClientFailed;
  using sip::transaction::ClientTimedOut;
  using sip::transaction::Notice;
  const auto notices = std::exchange(out.wire.notices, {});
  for (const Notice& notice : notices) {
    if (const auto* timed_out = std::get_if<ClientTimedOut>(&notice)) give_up(timed_out->id, out);
    if (const auto* failed = std::get_if<ClientFailed>(&notice)) give_up(failed->id, out);
    if (const auto* ended = std::get_if<ClientEnded>(&notice))
      std::erase_if(asked_, [&](const Asked& a) { return a.id == ended->id && a.over; });
  }
}

void Agent::on_message(std::string bytes, const sip::Flow& flow, TimePoint now, Output& out) {
  const auto message = sip::Message::parse(std::move(bytes));
  if (!message || message->fault()) return;
  if (message->is_request())
    on_request(*message, flow, now, out);
  else
    on_response(*message, now, out);
  read_notices(out);
}

void Agent::on_flow_closed(const sip::Flow& flow, TimePoint now, Output& out) {
  layer_.on_flow_closed(flow, now, out.wire);
  read_notices(out);
}

void Agent::on_deadline(TimePoint now, Output& out) {
  layer_.on_deadline(now, out.wire);
  for (Ringing& ringing : ringing_) run_timers(ringing, now, out);
  std::erase_if(ringing_, [](const Ringing& r) { return r.over && !r.resend_at; });
  read_notices(out);
}

std::optional<TimePoint> Agent::next_deadline() const {
  auto next = layer_.next_deadline();
  for (const Ringing& ringing : ringing_)
    for (const auto& at : {ringing.ring_at, ringing.answer_at, ringing.resend_at})
      if (at && (!next || *at < *next)) next = at;
  return next;
}

}  // namespace app::demo
