#include "tests/sim/caller.hpp"

#include "sipstack/message/cseq.hpp"
#include "sipstack/message/via.hpp"

namespace test::sim {

using namespace std::chrono_literals;

namespace {

/// Nobody talks for longer than this.
constexpr sip::Duration longest_talk = 40s;

std::string_view method_of(const sip::Message& response) {
  const auto cseq = sip::CSeqView::parse(response.value(sip::HeaderName::cseq));
  return cseq ? cseq->method : std::string_view{};
}

}  // namespace

Caller::Caller(Setting& setting, PhoneConfig config)
    : Phone{setting.world, std::move(config)}, setting_{setting} {}

std::string Caller::dial(const CallPlan& plan) {
  ++setting_.tally.calls;
  auto draft = initial("INVITE", "sip:" + plan.to);
  if (!plan.call_id.empty()) draft.set("Call-ID", plan.call_id);
  if (!plan.from_tag.empty()) draft.set("From", "<" + aor() + ">;tag=" + plan.from_tag);
  if (plan.expires) {
    setting_.tally.count(Manner::caller_expires);
    draft.add("Expires", std::to_string(*plan.expires));
  }
  if (plan.wants_100rel) {
    setting_.tally.count(Manner::caller_wants_100rel);
    draft.add("Require", "100rel");
  }
  Call call;
  call.plan = plan;
  call.call_id = draft.value("Call-ID");
  send(std::move(draft));
  call.client = clients().size() - 1;
  const auto id = call.call_id;
  calls_.push_back(std::move(call));
  if (plan.patience)
    setting_.world.after(*plan.patience, [this, at = calls_.size() - 1] { give_up(at); });
  return id;
}

void Caller::send_text(const std::string& to) {
  setting_.tally.count(Manner::caller_sends_text);
  auto draft = initial("MESSAGE", "sip:" + to);
  draft.add("Content-Type", "text/plain");
  draft.body = "hello";
  send(std::move(draft));
}

void Caller::give_up(std::size_t at) {
  auto& call = calls_[at];
  auto& client = clients()[call.client];
  if (call.gave_up || client.final_status != 0) return;
  if (!client.provisional) {  // RFC 3261 section 9.1: not before a provisional
    setting_.world.after(500ms, [this, at] { give_up(at); });
    return;
  }
  call.gave_up = true;
  setting_.tally.count(call.plan.cancel_reason.empty() ? Manner::caller_cancels
                                                       : Manner::caller_says_answered);
  cancel(client, call.plan.cancel_reason);
}

void Caller::put(const sip::Message& message, LineId, bool reached, bool) {
  if (!reached || message.is_request() || method_of(message) != "INVITE") return;
  const auto call_id = message.value(sip::HeaderName::call_id);
  const auto via = sip::ViaView::parse(message.value(sip::HeaderName::via));
  for (auto& call : calls_) {
    if (call.call_id != call_id || !via || clients()[call.client].branch != via->branch) continue;
    if (message.status() > 100 && message.status() < 200) probe(call, message);
    if (message.status() / 100 == 2) answered(call, message);
  }
}

/// A caller that takes our own early dialog for one that can do something.
void Caller::probe(Call& call, const sip::Message& response) {
  if (!call.plan.probes_early || call.probed) return;
  call.probed = true;
  for (auto& dialog : dialogs())
    if (dialog.call_id == call.call_id &&
        dialog.remote_tag() == sip::tag_of(response.value(sip::HeaderName::to))) {
      setting_.tally.count(Manner::caller_probes_early_dialog);
      auto draft = dialog.request("PRACK");
      draft.add("RAck", "1 10 INVITE");
      send(std::move(draft), false);
      return;
    }
}

void Caller::answered(Call& call, const sip::Message& response) {
  const auto tag = std::string{sip::tag_of(response.value(sip::HeaderName::to))};
  for (std::size_t i = 0; i < dialogs().size(); ++i) {
    auto& dialog = dialogs()[i];
    if (dialog.call_id != call.call_id || dialog.remote_tag() != tag) continue;
    if (!dialog.ack.empty()) {
      setting_.world.send(current_line(), dialog.ack);
      return;
    }
    if (call.plan.acks_in_the_transaction) {
      setting_.tally.count(Manner::caller_acks_in_the_transaction);
      ack(dialog, dialog.request("ACK"), clients()[call.client].branch);
    } else {
      ack(dialog, dialog.request("ACK"));
    }
    const bool first = call.remote_tag.empty();
    if (first) call.remote_tag = tag;
    const bool unwanted = call.gave_up || !first;
    const auto talk = call.plan.talk.count() > 0 ? call.plan.talk : longest_talk;
    setting_.world.after(unwanted ? 0ms : talk, [this, i] { hang_up(i, true); });
    return;
  }
}

void Caller::hang_up(std::size_t at, bool by_caller) {
  auto& dialog = dialogs()[at];
  if (!dialog.confirmed) return;
  dialog.confirmed = false;
  setting_.tally.count(by_caller ? Manner::caller_hangs_up : Manner::hangs_up);
  send(dialog.request("BYE"), false);
}

}  // namespace test::sim
