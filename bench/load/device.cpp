#include "bench/load/device.hpp"

#include <algorithm>
#include <utility>

#include "bench/load/caller.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/reply.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/via.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;

constexpr auto timer_t1 = 500ms;
constexpr auto timer_t2 = 4s;
constexpr auto pick_up_after = 100ms;

std::string_view top_branch(const sip::Message& request) {
  std::string_view rest = request.value(HeaderName::via);
  const auto via = sip::ViaView::parse(sip::take_list_item(rest).value_or(std::string_view{}));
  return via ? via->branch : std::string_view{};
}

/// One dialog a Call-ID is enough for a tag that repeats itself.
std::string tag_for(const sip::Message& request) {
  return "d" + std::to_string(std::hash<std::string_view>{}(request.value(HeaderName::call_id)));
}

std::string simple_reply(const sip::Message& request, int status) {
  return sip::Reply{request, status}.to_tag(tag_for(request)).build();
}

}  // namespace

DeviceLog* Devices::log_of(const sip::Message& request) {
  const auto uri = sip::UriView::parse(request.request_uri());
  if (!uri || uri->user.size() < 2) return nullptr;
  const auto user = sip::parse_number(uri->user.substr(1), 10'000'000);
  return user ? &logs_[static_cast<unsigned>(*user)] : nullptr;
}

void Devices::on_request(const sip::Message& request, Socket& socket, Manner manner) {
  switch (request.method()) {
    case sip::Method::invite:
      return on_invite(request, socket, manner);
    case sip::Method::cancel:
      return on_cancel(request, socket);
    case sip::Method::ack:
      if (const auto open = open_.find(request.value(HeaderName::call_id)); open != open_.end())
        open_.erase(open);
      return;
    default:
      return socket.send(simple_reply(request, 200));
  }
}

void Devices::on_invite(const sip::Message& invite, Socket& socket, Manner manner) {
  const auto branch = top_branch(invite);
  const auto call_id = invite.value(HeaderName::call_id);
  if (const auto known = open_.find(call_id); known != open_.end()) {
    if (known->second.branch == branch) {
      ++repeated_;
      return socket.send(known->second.last);
    }
  }
  ++invites_;
  if (DeviceLog* log = log_of(invite)) {
    if (log->invites++ == 0) {
      log->call_id = call_id;
      log->invite_at = Clock::now();
    }
  }
  const auto reply = [&](int status) {
    sip::Reply out{invite, status};
    out.to_tag(tag_for(invite));
    if (status < 300)
      out.header(HeaderName::contact, "<" + std::string{invite.request_uri()} + ">")
          .with_record_route();
    if (status == 200) out.body("application/sdp", session_description(options_.device_ip));
    return out.build();
  };
  Open open;
  open.socket = &socket;
  open.branch = branch;
  open.last = reply(180);
  open.resend_at = Time::max();
  socket.send(open.last);
  const Time now = Clock::now();
  switch (manner) {
    case Manner::answer:
      open.last = reply(200);
      open.interval = timer_t1;
      open.resend_at = now + open.interval;
      socket.send(open.last);
      break;
    case Manner::pick_up:
      open.ok = reply(200);
      open.interval = timer_t1 / 2;
      open.resend_at = now + pick_up_after;
      break;
    case Manner::ring_only:
      open.terminated = reply(487);
      break;
  }
  open.give_up = now + 64 * timer_t1;
  open_.insert_or_assign(std::string{call_id}, std::move(open));
}

void Devices::on_cancel(const sip::Message& cancel, Socket& socket) {
  socket.send(simple_reply(cancel, 200));
  const auto open = open_.find(cancel.value(HeaderName::call_id));
  if (open == open_.end() || open->second.terminated.empty()) return;
  socket.send(open->second.terminated);
  DeviceLog* log = log_of(cancel);
  if (!log || log->cancels++ > 0) return;
  log->reason = cancel.value(HeaderName::reason);
  log->cancel_at = Clock::now();
}

void Devices::on_timer(Time now) {
  if (now < next_scan_) return;
  next_scan_ = now + 20ms;
  for (auto& [call_id, open] : open_) {
    if (open.resend_at > now) continue;
    if (!open.ok.empty()) open.last = std::exchange(open.ok, {});
    open.interval = std::min<Clock::duration>(2 * open.interval, timer_t2);
    open.resend_at = now + open.interval;
    open.socket->send(open.last);
  }
  std::erase_if(open_, [now](const auto& entry) {
    return entry.second.terminated.empty() && entry.second.give_up <= now;
  });
}

}  // namespace bench
