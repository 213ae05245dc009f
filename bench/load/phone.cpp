#include "bench/load/phone.hpp"

#include <algorithm>

#include "sipstack/message/reply.hpp"
#include "sipstack/message/via.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;

constexpr auto timer_t1 = 500ms;
constexpr auto timer_t2 = 4s;

std::string_view top_branch(const sip::Message& request) {
  std::string_view rest = request.value(HeaderName::via);
  const auto via = sip::ViaView::parse(sip::take_list_item(rest).value_or(std::string_view{}));
  return via ? via->branch : std::string_view{};
}

std::string answer(const sip::Message& request, int status) {
  sip::Reply reply{request, status};
  reply.to_tag("d" + std::to_string(std::hash<std::string_view>{}(top_branch(request))));
  if (status > 100 && status < 300)
    reply.header(HeaderName::contact, "<" + std::string{request.request_uri()} + ">")
        .with_record_route();
  return reply.build();
}

}  // namespace

bool Phone::is_done() const {
  return std::ranges::any_of(rings_, &Ring::taken) &&
         std::ranges::all_of(rings_, [](const Ring& r) { return r.final != 0 && r.acked; });
}

Ring* Phone::find(std::string_view branch) {
  const auto found = std::ranges::find(rings_, branch, &Ring::branch);
  return found == rings_.end() ? nullptr : &*found;
}

void Phone::on_request(const sip::Message& request, Socket& socket) {
  if (awake_ != &socket) return;
  switch (request.method()) {
    case sip::Method::invite:
      return on_invite(request, socket);
    case sip::Method::cancel:
      return on_cancel(request, socket);
    case sip::Method::ack:
      if (Ring* ring = find(top_branch(request))) ring->acked = true;
      return;
    default:
      ++strays_;
      socket.send(answer(request, 481));
  }
}

void Phone::on_invite(const sip::Message& invite, Socket& socket) {
  const auto branch = top_branch(invite);
  if (const Ring* known = find(branch)) {
    ++repeated_;
    if (!known->last.empty()) socket.send(known->last);
    return;
  }
  const auto call_id = invite.value(HeaderName::call_id);
  const bool has_it = std::ranges::any_of(
      rings_, [&](const Ring& r) { return r.final == 0 && r.call_id == call_id; });
  Ring& ring = rings_.emplace_back();
  ring.kind = invite.first(HeaderName::record_route) ? Ring::Kind::real : Ring::Kind::late;
  ring.branch = branch;
  ring.call_id = call_id;
  ring.invite_at = socket.arrived();
  if (has_it) return refuse(ring, socket, 482, answer(invite, 482));
  ring.ringing = answer(invite, 180);
  ring.terminated = answer(invite, 487);
  if (think_ == Clock::duration{}) return this->ring(ring, socket);
  if (tries_) {
    ring.last = answer(invite, 100);
    socket.send(ring.last);
  }
  agenda_.at(Clock::now() + think_, [this, &ring, &socket] {
    if (ring.final == 0) this->ring(ring, socket);
  });
}

void Phone::ring(Ring& ring, Socket& socket) {
  ring.rang = true;
  ring.last = ring.ringing;
  socket.send(ring.last);
}

void Phone::on_cancel(const sip::Message& cancel, Socket& socket) {
  Ring* ring = find(top_branch(cancel));
  socket.send(answer(cancel, ring ? 200 : 481));
  if (!ring) {
    ++strays_;
    return;
  }
  if (ring->cancelled) return;
  ring->cancelled = true;
  ring->cancelled_unheard = ring->last.empty();
  ring->cancel_at = socket.arrived();
  ring->reason = cancel.value(HeaderName::reason);
  if (ring->final == 0) refuse(*ring, socket, 487, ring->terminated);
}

void Phone::refuse(Ring& ring, Socket& socket, int status, std::string bytes) {
  ring.final = status;
  ring.last = std::move(bytes);
  socket.send(ring.last);
  repeat_final(ring, socket, timer_t1);
}

/// Timer G of RFC 3261 section 17.2.1, until the ACK comes.
void Phone::repeat_final(Ring& ring, Socket& socket, Clock::duration after) {
  agenda_.at(Clock::now() + after, [this, &ring, &socket, after] {
    if (ring.acked || after > 8 * timer_t2) return;
    socket.send(ring.last);
    repeat_final(ring, socket, 2 * after);
  });
}

}  // namespace bench
