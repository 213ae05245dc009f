#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/via.hpp"
#include "tests/support/phone.hpp"

namespace test {

using namespace std::chrono_literals;

namespace {

constexpr sip::Duration t1 = 500ms;
constexpr sip::Duration t2 = 4s;

std::string top_branch(const sip::Message& message) {
  const auto via = sip::ViaView::parse(message.value(sip::HeaderName::via));
  return via ? std::string{via->branch} : std::string{};
}

std::uint32_t number_of(const sip::Message& message) {
  const auto cseq = sip::CSeqView::parse(message.value(sip::HeaderName::cseq));
  return cseq ? cseq->number : 0;
}

}  // namespace

Phone::Server* Phone::server_for(std::string_view branch, std::string_view method) {
  for (auto at = servers_.rbegin(); at != servers_.rend(); ++at)
    if (at->branch == branch && at->request.method_text() == method) return &*at;
  return nullptr;
}

void Phone::on_request(const sip::Message& request, LineId line) {
  if (request.method() == sip::Method::ack) return on_ack(request, line);
  const auto branch = top_branch(request);
  if (auto* known = server_for(branch, request.method_text())) {
    if (!known->last.empty()) reply(*known, known->last);
    return;
  }
  Server server{request, branch, token("tt"), line, {}, 0, false};
  // In a dialog the tag is the one it was made with.
  if (const auto tag = sip::tag_of(request.value(sip::HeaderName::to)); !tag.empty())
    server.tag = std::string{tag};
  servers_.push_back(std::move(server));
  put(request, line, true);
  if (request.method() == sip::Method::cancel) on_cancel(servers_.back());
  if (request.method() == sip::Method::bye && automatic) respond(servers_.back(), 200, {}, {}, {});
}

void Phone::on_cancel(Server& cancel) {
  auto* invite = server_for(cancel.branch, "INVITE");
  if (invite == nullptr) return respond(cancel, 481, {}, {}, {});
  if (!automatic) return;
  cancel.tag = invite->tag;
  respond(cancel, 200, {}, {}, {});
  if (invite->final_status == 0) respond(*invite, 487, {}, {}, {});
}

void Phone::on_ack(const sip::Message& ack, LineId line) {
  const auto branch = top_branch(ack);
  const auto tag = sip::tag_of(ack.value(sip::HeaderName::to));
  const auto call_id = ack.value(sip::HeaderName::call_id);
  for (auto& server : servers_) {
    if (server.request.method() != sip::Method::invite || server.final_status == 0) continue;
    const bool hop = server.final_status >= 300 && server.branch == branch;
    const bool end = server.final_status < 300 && server.tag == tag &&
                     server.request.value(sip::HeaderName::call_id) == call_id &&
                     number_of(server.request) == number_of(ack);
    if (!hop && !end) continue;
    if (!server.acked) put(ack, line, true, hop);
    server.acked = true;
    return;
  }
  // After a restart the ACK of a failed re-INVITE looks like that of a 2xx, and does no harm.
  if (!world_.restarted())
    problems_.push_back("acknowledges nothing: " + summary(std::string{ack.wire()}));
}

// --- responses -----------------------------------------------------------------------------------

void Phone::reply(Server& server, const std::string& bytes) {
  auto line = server.line;
  if (world_.line(line).state != Line::State::open && !asleep_) line = current_line();
  world_.send(line, bytes);
}

void Phone::respond(Server& server, int status, std::string_view reason, Headers extra,
                    std::string_view body) {
  const bool invite = server.request.method() == sip::Method::invite;
  const bool dialog = makes_dialog(server.request) && status > 100 && status < 300;
  if (dialog) {
    extra.emplace_back("Contact", contact(false));
    if (!body.empty()) extra.emplace_back("Content-Type", "application/sdp");
  }
  server.last = response_text(server.request, status, reason,
                              status == 100 ? std::string{} : server.tag, extra, body);
  if (status >= 200) server.final_status = status;
  if (dialog) note_callee_dialog(server, status);
  reply(server, server.last);
  // Over UDP a final is repeated until its ACK, a 2xx over every transport (section 13.3.1.4).
  const bool stream = world_.line(server.line).flow.reliable();
  if (!invite || status < 200 || (stream && status >= 300)) return;
  const auto index =
      static_cast<std::size_t>(std::find_if(servers_.begin(), servers_.end(),
                                            [&](const Server& s) { return &s == &server; }) -
                               servers_.begin());
  repeat_final(index, t1, 0ms);
}

void Phone::repeat_final(std::size_t index, sip::Duration interval, sip::Duration spent) {
  world_.after(interval, [this, index, interval, spent] {
    auto& server = servers_[index];
    const auto total = spent + interval;
    if (server.acked || asleep_ || total >= 64 * t1) return;
    reply(server, server.last);
    repeat_final(index, std::min(2 * interval, t2), total);
  });
}

void Phone::note_callee_dialog(const Server& server, int status) {
  const auto call_id = server.request.value(sip::HeaderName::call_id);
  auto at = std::find_if(dialogs_.begin(), dialogs_.end(), [&](const Dialog& dialog) {
    return dialog.call_id == call_id && dialog.local_tag() == server.tag;
  });
  const auto contact = sip::NameAddrView::parse(server.request.value(sip::HeaderName::contact));
  if (at == dialogs_.end()) {
    Dialog dialog;
    dialog.call_id = std::string{call_id};
    dialog.local = with_tag(server.request.value(sip::HeaderName::to), server.tag);
    dialog.remote = std::string{server.request.value(sip::HeaderName::from)};
    dialog.routes = all_values(server.request, "Record-Route");
    dialog.cseq = 500;
    dialogs_.push_back(std::move(dialog));
    at = dialogs_.end() - 1;
  }
  if (contact) at->target = std::string{contact->uri};
  if (status >= 200) at->confirmed = true;
}

}  // namespace test
