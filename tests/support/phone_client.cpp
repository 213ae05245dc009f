#include <algorithm>

#include "sipstack/auth/digest.hpp"
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

constexpr std::string_view offer =
    "v=0\r\no=- 1 1 IN IP4 192.168.7.9\r\ns=-\r\nc=IN IP4 192.168.7.9\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\n";

std::string uri_of(std::string_view name_addr) {
  const auto parsed = sip::NameAddrView::parse(name_addr);
  return parsed ? std::string{parsed->uri} : std::string{};
}

}  // namespace

Draft Phone::register_draft() {
  current_line();
  Draft draft{"REGISTER", "sip:" + config_.domain, {}, {}};
  draft.add("Max-Forwards", "70");
  draft.add("From", "<" + aor() + ">;tag=" + token("rt"));
  draft.add("To", "<" + aor() + ">");
  draft.add("Call-ID", register_call_id_);
  draft.add("CSeq", std::to_string(++register_cseq_) + " REGISTER");
  draft.add("Contact", contact(true));
  draft.add("Supported", "path, outbound");
  draft.add("User-Agent", config_.user_agent);
  return draft;
}

Draft Phone::initial(std::string_view method, const std::string& uri) {
  current_line();
  Draft draft{std::string{method}, uri, {}, {}};
  const auto name = config_.display_name.empty() ? "" : "\"" + config_.display_name + "\" ";
  draft.add("Max-Forwards", "70");
  draft.add("From", name + "<" + aor() + ">;tag=" + token("ft"));
  draft.add("To", "<" + uri + ">");
  draft.add("Call-ID", token("call"));
  draft.add("CSeq", "10 " + std::string{method});
  draft.add("Contact", contact(method == "INVITE"));
  draft.add("User-Agent", config_.user_agent);
  if (method == "INVITE") {
    draft.add("Content-Type", "application/sdp");
    draft.body = offer;
  }
  return draft;
}

Phone::Client& Phone::send(Draft draft, bool authenticate, std::string branch) {
  if (asleep_) move();
  Client client;
  client.draft = std::move(draft);
  client.branch = branch.empty() ? "z9hG4bK" + token("b") : std::move(branch);
  client.line = current_line();
  client.authenticate = authenticate;
  if (client.draft.method == "REGISTER")
    for (auto& other : clients_)
      if (other.draft.method == "REGISTER" && other.final_status == 0 &&
          other.draft.value("Call-ID") == client.draft.value("Call-ID"))
        other.abandoned = true;
  clients_.push_back(std::move(client));
  transmit(clients_.back());
  return clients_.back();
}

void Phone::transmit(Client& client) {
  client.wire = client.draft.render(via(client.line, client.branch));
  world_.send(client.line, client.wire);
  if (client.draft.method == "ACK" || world_.line(client.line).flow.reliable()) return;
  const auto index =
      static_cast<std::size_t>(std::find_if(clients_.begin(), clients_.end(),
                                            [&](const Client& c) { return &c == &client; }) -
                               clients_.begin());
  repeat_request(index, t1, 0ms);
}

void Phone::repeat_request(std::size_t index, sip::Duration interval, sip::Duration spent) {
  world_.after(interval, [this, index, interval, spent, branch = clients_[index].branch] {
    auto& client = clients_[index];
    const bool invite = client.draft.method == "INVITE";
    if (client.branch != branch || client.abandoned || client.final_status != 0 ||
        (invite && client.provisional))
      return;
    const auto total = spent + interval;
    if (total >= 64 * t1) return;
    world_.send(client.line, client.wire);
    repeat_request(index, invite ? 2 * interval : std::min(2 * interval, t2), total);
  });
}

Phone::Client& Phone::cancel(Client& invite, const std::string& reason) {
  Draft draft{"CANCEL", invite.draft.uri, {}, {}};
  for (const auto& [name, value] : invite.draft.headers)
    if (name == "Route") draft.add(name, value);
  draft.add("Max-Forwards", "70");
  for (const auto* name : {"From", "To", "Call-ID"})
    draft.add(name, std::string{invite.draft.value(name)});
  const auto cseq = sip::CSeqView::parse(invite.draft.value("CSeq"));
  draft.add("CSeq", std::to_string(cseq ? cseq->number : 0) + " CANCEL");
  if (!reason.empty()) draft.add("Reason", reason);
  return send(std::move(draft), false, invite.branch);
}

void Phone::ack(Dialog& dialog, const Draft& draft, std::string branch) {
  const auto line = current_line();
  if (branch.empty()) branch = "z9hG4bK" + token("ack");
  dialog.ack = draft.render(via(line, branch));
  world_.send(line, dialog.ack);
}

// --- responses -----------------------------------------------------------------------------------

void Phone::on_response(const sip::Message& response, LineId line) {
  const auto via_value = sip::ViaView::parse(response.value(sip::HeaderName::via));
  const auto cseq = sip::CSeqView::parse(response.value(sip::HeaderName::cseq));
  const auto at = std::find_if(clients_.rbegin(), clients_.rend(), [&](const Client& client) {
    return via_value && cseq && client.branch == via_value->branch &&
           client.draft.method == cseq->method;
  });
  if (at == clients_.rend()) {
    // An answer to the request before the challenge comes late when the network repeats.
    if (!world_.faults().spoils())
      problems_.push_back("answers nothing: " + summary(std::string{response.wire()}));
    return;
  }
  if (at->abandoned) return;
  const auto sent_on = at->draft.value("Via");  // what it only passed on has more
  if (sent_on.empty() && response.count(sip::HeaderName::via) != 1)
    problems_.push_back("has foreign Vias: " + summary(std::string{response.wire()}));
  if (response.status() >= 200) return on_final(*at, response, line);
  if (at->final_status != 0) return;
  at->provisional = true;
  note_caller_dialog(*at, response);
  const bool in_dialog = !sip::tag_of(at->draft.value("To")).empty();
  put(response, line, true, response.status() == 100 && in_dialog);
}

void Phone::on_final(Client& client, const sip::Message& response, LineId line) {
  const bool invite = client.draft.method == "INVITE";
  const bool success = response.status() < 300;
  if (client.final_bytes == response.wire()) {
    if (invite && !success) world_.send(client.line, client.ack);
    for (const auto& dialog : dialogs_)
      if (invite && success && !dialog.ack.empty() &&
          dialog.call_id == client.draft.value("Call-ID") &&
          dialog.remote_tag() == sip::tag_of(response.value(sip::HeaderName::to)))
        world_.send(current_line(), dialog.ack);
    return;
  }
  if (invite && !success) ack_failure(client, response);
  if (answer_challenge(client, response)) return;
  client.final_status = response.status();
  client.final_bytes = std::string{response.wire()};
  if (success) note_caller_dialog(client, response);
  put(response, line, true);
}

void Phone::ack_failure(Client& client, const sip::Message& response) {
  Draft draft{"ACK", client.draft.uri, {}, {}};
  for (const auto& [name, value] : client.draft.headers)
    if (name == "Route") draft.add(name, value);
  draft.add("Max-Forwards", "70");
  draft.add("From", std::string{client.draft.value("From")});
  draft.add("To", std::string{response.value(sip::HeaderName::to)});
  draft.add("Call-ID", std::string{client.draft.value("Call-ID")});
  const auto cseq = sip::CSeqView::parse(client.draft.value("CSeq"));
  draft.add("CSeq", std::to_string(cseq ? cseq->number : 0) + " ACK");
  client.ack = draft.render(via(client.line, client.branch));
  world_.send(client.line, client.ack);
}

bool Phone::answer_challenge(Client& client, const sip::Message& response) {
  const bool proxy = response.status() == 407;
  if ((response.status() != 401 && !proxy) || !client.authenticate || config_.password.empty())
    return false;
  const auto name = proxy ? sip::HeaderName::proxy_authenticate : sip::HeaderName::www_authenticate;
  std::string challenge{response.value(name)};
  for (const auto& header : response.headers())
    if (header.name == name &&
        response.value(header).find(config_.algorithm) != std::string_view::npos)
      challenge = std::string{response.value(header)};
  const bool stale = challenge.find("stale=true") != std::string::npos;
  if (client.challenges >= (stale ? 2 : 1)) return false;
  ++client.challenges;
  const auto cseq = sip::CSeqView::parse(client.draft.value("CSeq"));
  const auto number = cseq ? cseq->number + 1 : 1;
  if (client.draft.method == "REGISTER" && client.draft.value("Call-ID") == register_call_id_)
    register_cseq_ = std::max(register_cseq_, number);
  for (auto& dialog : dialogs_)
    if (dialog.call_id == client.draft.value("Call-ID"))
      dialog.cseq = std::max(dialog.cseq, number);
  client.draft.set("CSeq", std::to_string(number) + " " + client.draft.method);
  client.draft.set(proxy ? "Proxy-Authorization" : "Authorization",
                   sip::auth::answer(challenge, config_.user, config_.password, client.draft.method,
                                     client.draft.uri, token("cn"), 1));
  client.branch = "z9hG4bK" + token("b");
  client.provisional = false;
  transmit(client);
  return true;
}

void Phone::note_caller_dialog(const Client& client, const sip::Message& response) {
  const auto remote = response.value(sip::HeaderName::to);
  const auto tag = sip::tag_of(remote);
  const bool invite = client.draft.method == "INVITE";
  if ((!invite && !makes_subscription(client.draft.method)) || tag.empty()) return;
  const auto call_id = client.draft.value("Call-ID");
  auto at = std::find_if(dialogs_.begin(), dialogs_.end(), [&](const Dialog& dialog) {
    return dialog.call_id == call_id && dialog.remote_tag() == tag;
  });
  const auto cseq = sip::CSeqView::parse(client.draft.value("CSeq"));
  if (at == dialogs_.end()) {
    Dialog dialog;
    dialog.call_id = std::string{call_id};
    dialog.local = std::string{client.draft.value("From")};
    dialog.remote = std::string{remote};
    dialog.cseq = cseq ? cseq->number : 0;
    dialogs_.push_back(std::move(dialog));
    at = dialogs_.end() - 1;
  }
  // An old 2xx may still come while a re-INVITE rings: its ACK has the old number.
  if (invite && (response.status() >= 200 || !at->confirmed)) {
    at->invite_cseq = cseq ? cseq->number : 0;
    at->caller = true;
  }
  at->target = uri_of(response.value(sip::HeaderName::contact));
  // A re-INVITE changes the target, never the route set (RFC 3261 section 12.2).
  if (!at->confirmed) {
    at->routes = all_values(response, "Record-Route");
    std::reverse(at->routes.begin(), at->routes.end());
  }
  if (response.status() < 200) return;
  at->confirmed = true;
  if (invite) at->ack.clear();
}

}  // namespace test
