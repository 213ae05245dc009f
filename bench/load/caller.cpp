#include "bench/load/caller.hpp"

#include <unistd.h>

#include <algorithm>

#include "sipstack/auth/digest.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/rewrite.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;

constexpr auto timer_t1 = 500ms;
constexpr auto timer_t2 = 4s;
constexpr auto scan_every = 20ms;

/// The MD5 challenge when there is one, so that every server is asked for the same work.
std::string_view pick_challenge(const sip::Message& response) {
  const auto name =
      response.status() == 407 ? HeaderName::proxy_authenticate : HeaderName::www_authenticate;
  std::string_view picked;
  for (const sip::Header& header : response.headers()) {
    if (header.name != name) continue;
    const auto value = response.value(header);
    const bool md5 =
        value.find("algorithm=") == value.npos || value.find("algorithm=MD5") != value.npos;
    if (md5) return value;
    if (picked.empty()) picked = value;
  }
  return picked;
}

std::string contact_target(const sip::Message& message) {
  const auto contact = sip::NameAddrView::parse(message.value(HeaderName::contact));
  return contact ? std::string{contact->uri} : std::string{};
}

/// The Route lines of the caller's dialog: Record-Route backwards (RFC 3261 section 12.1.2).
std::string route_lines(const sip::Message& response) {
  std::vector<std::string_view> values;
  for (const sip::Header& header : response.headers()) {
    if (header.name != HeaderName::record_route) continue;
    std::string_view rest = response.value(header);
    while (const auto item = sip::take_list_item(rest)) values.push_back(*item);
  }
  std::string lines;
  std::for_each(values.rbegin(), values.rend(), [&](std::string_view value) {
    sip::append_header(lines, HeaderName::route, value);
  });
  return lines;
}

}  // namespace

std::string session_description(std::string_view ip) {
  std::string sdp = "v=0\r\no=- 1 1 IN IP4 ";
  sdp.append(ip).append("\r\ns=-\r\nc=IN IP4 ").append(ip);
  sdp.append(
      "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
      "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
      "a=sendrecv\r\n");
  return sdp;
}

Caller::Caller(const Options& options)
    : options_{options},
      run_{std::to_string(getpid()) + "x" +
           std::to_string(Clock::now().time_since_epoch().count() % 1'000'000'000)} {}

Operation& Caller::start(Operation::Kind kind, unsigned user, Socket& socket) {
  auto op = std::make_unique<Operation>();
  op->kind = kind;
  op->user = user;
  op->socket = &socket;
  op->call_id = run_ + "-" + std::to_string(++last_);
  op->started = Clock::now();
  op->dead_at = op->started + std::chrono::duration_cast<Clock::duration>(options_.timeout);
  Operation& kept = *op;
  operations_.emplace(kept.call_id, std::move(op));
  return kept;
}

Operation& Caller::reg(unsigned user, Socket& socket, std::string_view contact_params) {
  Registration how;
  how.contact_params = contact_params;
  how.reuse_nonce = options_.mode == Mode::refresh;
  return reg(user, socket, how);
}

Operation& Caller::reg(unsigned user, Socket& socket, const Registration& how) {
  Operation& op = start(Operation::Kind::reg, user, socket);
  op.peer = user;
  op.target = "sip:" + options_.domain;
  op.contact_params = how.contact_params;
  op.expires = how.expires;
  op.reuse_nonce = how.reuse_nonce;
  send_register(op);
  return op;
}

Operation& Caller::call(unsigned user, unsigned peer, Socket& socket) {
  Operation& op = start(Operation::Kind::call, user, socket);
  op.peer = peer;
  op.target = "sip:" + user_name(peer) + "@" + options_.domain;
  send_invite(op, {});
  return op;
}

Operation& Caller::ping(unsigned user, Socket& socket) {
  Operation& op = start(Operation::Kind::options, user, socket);
  op.peer = user;
  op.target = "sip:" + options_.domain;
  op.cseq = 1;
  send(op, head(op, "OPTIONS", new_branch()) + "Content-Length: 0\r\n\r\n");
  return op;
}

std::string Caller::new_branch() { return "z9hG4bK" + run_ + "." + std::to_string(++last_); }

std::string Caller::head(const Operation& op, std::string_view method,
                         std::string_view branch) const {
  std::string out;
  out.reserve(1024);
  out.append(method).append(" ").append(op.target).append(" SIP/2.0\r\nVia: SIP/2.0/UDP ");
  out.append(op.socket->local()).append(";branch=").append(branch);
  out.append("\r\nMax-Forwards: 70\r\n").append(op.routes).append("From: <sip:");
  out.append(user_name(op.user)).append("@").append(options_.domain).append(">;tag=f");
  out.append(op.call_id).append("\r\nTo: <sip:").append(user_name(op.peer)).append("@");
  out.append(options_.domain).append(">");
  if (!op.to_tag.empty()) out.append(";tag=").append(op.to_tag);
  out.append("\r\nCall-ID: ").append(op.call_id).append("\r\nCSeq: ");
  out.append(std::to_string(op.cseq)).append(" ").append(method);
  out.append("\r\nUser-Agent: ").append(options_.user_agent).append("\r\n");
  return out;
}

void Caller::send(Operation& op, std::string bytes) {
  op.last = std::move(bytes);
  op.interval = timer_t1;
  op.resend_at = Clock::now() + op.interval;
  op.socket->send(op.last);
}

std::string Caller::credentials(Challenge& challenge, const Operation& op, std::string_view method,
                                bool by_proxy) {
  std::string line;
  sip::append_header(line, by_proxy ? HeaderName::proxy_authorization : HeaderName::authorization,
                     sip::auth::answer(challenge.value, user_name(op.user), user_password(op.user),
                                       method, op.target, "c0ffee42", ++challenge.uses));
  return line;
}

void Caller::send_register(Operation& op) {
  ++op.cseq;
  const bool reuse = op.reuse_nonce || op.challenges > 0;
  const auto known = challenges_.find(op.user);
  std::string request = head(op, "REGISTER", new_branch());
  request.append("Contact: <sip:").append(user_name(op.user)).append("@");
  request.append(op.socket->local()).append(op.contact_params).append(">\r\nExpires: ");
  request.append(std::to_string(op.expires)).append("\r\n");
  if (reuse && known != challenges_.end()) {
    request.append(credentials(known->second, op, "REGISTER", false));
    known->second.authorised_at = Clock::now();
  }
  send(op, request.append("Content-Length: 0\r\n\r\n"));
}

void Caller::send_invite(Operation& op, std::string_view credentials) {
  ++op.cseq;
  op.branch = new_branch();
  std::string request = head(op, "INVITE", op.branch);
  request.append("Contact: <sip:").append(user_name(op.user)).append("@");
  request.append(op.socket->local()).append(">\r\n").append(credentials);
  request.append("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\nContent-Type: application/sdp\r\n");
  sip::append_body(request, session_description(options_.caller_ip));
  send(op, std::move(request));
}

Operation* Caller::find(const std::string& call_id) {
  const auto found = operations_.find(call_id);
  return found == operations_.end() ? nullptr : found->second.get();
}

void Caller::cancel(Operation& op, std::string_view reason) {
  if (op.phase != Operation::Phase::asking) return;
  op.phase = Operation::Phase::cancelling;
  op.dead_at = Clock::now() + std::chrono::duration_cast<Clock::duration>(options_.timeout);
  std::string request = head(op, "CANCEL", op.branch);
  if (!reason.empty()) sip::append_header(request, HeaderName::reason, reason);
  send(op, request.append("Content-Length: 0\r\n\r\n"));
}

void Caller::hang_up(Operation& op) {
  ++op.cseq;
  send(op, head(op, "BYE", new_branch()) + "Content-Length: 0\r\n\r\n");
}

void Caller::on_response(const sip::Message& response) {
  const auto found = operations_.find(response.value(HeaderName::call_id));
  const auto cseq = sip::CSeqView::parse(response.value(HeaderName::cseq));
  if (found == operations_.end() || !cseq || cseq->number != found->second->cseq) return;
  Operation& op = *found->second;
  if (cseq->method == "INVITE") return on_invite(op, response);
  if (cseq->method == "CANCEL") {
    op.resend_at = Time::max();
    return;
  }
  if (response.status() < 200) return;
  if (cseq->method == "REGISTER") return on_register(op, response);
  end(op, response.status() < 300, response.status());  // OPTIONS and BYE
}

void Caller::on_register(Operation& op, const sip::Message& response) {
  if (response.status() != 401 || op.challenges++ > 1)
    return end(op, response.status() < 300, response.status());
  ++tally_.challenges;
  challenges_[op.user] = {std::string{pick_challenge(response)}, 0, {}};
  send_register(op);
}

void Caller::on_invite(Operation& op, const sip::Message& response) {
  const int status = response.status();
  if (status < 200) {
    if (op.phase == Operation::Phase::asking) op.resend_at = Time::max();
    if (op.provisional_at == Time{}) op.provisional_at = Clock::now();
    return;
  }
  if (status < 300) return on_answer(op, response);
  ack_failure(op, response);
  if ((status == 401 || status == 407) && op.challenges++ == 0) {
    ++tally_.challenges;
    Challenge challenge{std::string{pick_challenge(response)}, 0, {}};
    return send_invite(op, credentials(challenge, op, "INVITE", status == 407));
  }
  end(op, op.phase == Operation::Phase::cancelling && status == 487, status);
}

void Caller::on_answer(Operation& op, const sip::Message& response) {
  if (op.ack.empty()) {
    op.to_tag = sip::tag_of(response.value(HeaderName::to));
    op.target = contact_target(response);
    op.routes = route_lines(response);
    op.ack = head(op, "ACK", new_branch()) + "Content-Length: 0\r\n\r\n";
    op.phase = Operation::Phase::talking;
    op.resend_at = Time::max();
  }
  op.socket->send(op.ack);
  if (!op.keep_open) hang_up(op);
}

void Caller::ack_failure(const Operation& op, const sip::Message& response) {
  Operation copy;
  copy.user = op.user;
  copy.peer = op.peer;
  copy.socket = op.socket;
  copy.call_id = op.call_id;
  copy.target = op.target;
  copy.cseq = op.cseq;
  copy.to_tag = sip::tag_of(response.value(HeaderName::to));
  op.socket->send(head(copy, "ACK", op.branch) + "Content-Length: 0\r\n\r\n");
}

void Caller::end(Operation& op, bool ok, int status) {
  op.phase = Operation::Phase::over;
  op.status = status;
  if (ok) {
    ++tally_.ok;
    tally_.latency_ms.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - op.started).count());
  } else {
    ++tally_.failed;
    ++tally_.codes[status];
  }
  const auto node = operations_.extract(op.call_id);
  if (ended_) ended_(op, ok);
  if (op.then) op.then(op, ok);
}

void Caller::on_timer(Time now) {
  if (now < next_scan_) return;
  next_scan_ = now + scan_every;
  std::vector<Operation*> dead;
  for (const auto& [call_id, op] : operations_) {
    if (op->dead_at <= now) {
      dead.push_back(op.get());
    } else if (op->resend_at <= now) {
      ++tally_.resent;
      op->interval = std::min<Clock::duration>(2 * op->interval, timer_t2);
      op->resend_at = now + op->interval;
      op->socket->send(op->last);
    }
  }
  for (Operation* op : dead) {
    ++tally_.timeouts;
    end(*op, false, 0);
  }
}

Time Caller::authorised_at(unsigned user) const {
  const auto known = challenges_.find(user);
  return known == challenges_.end() ? Time{} : known->second.authorised_at;
}

}  // namespace bench
