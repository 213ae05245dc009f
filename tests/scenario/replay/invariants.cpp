#include "tests/scenario/replay/invariants.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "proxy/core/admission/guard.hpp"
#include "proxy/core/record/timeline.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/via.hpp"

namespace test {

namespace {

using Kind = TraceEntry::Kind;
using Violations = std::vector<std::string>;

std::string branch_of(const sip::Message& message) {
  const auto via = sip::ViaView::parse(message.value(sip::HeaderName::via));
  return via ? std::string{via->branch} : std::string{};
}

bool is_of_invite(const sip::Message& message) {
  const auto cseq = sip::CSeqView::parse(message.value(sip::HeaderName::cseq));
  return cseq && cseq->method == "INVITE";
}

bool starts_dialog(const sip::Message& request) {
  return request.method() == sip::Method::invite &&
         sip::tag_of(request.value(sip::HeaderName::to)).empty();
}

/// What a device was sent for one INVITE of a caller, in the order of the trace.
struct Ringing {
  std::map<std::string, bool> branches;  ///< true: its flow is gone, what is said on it is lost
  int late{0};
  /// When it had answered, and not by "not reached".
  std::optional<sip::Duration> heard;
};

/// Promises 1 and 4: a device that has answered an INVITE is sent no other of the same call;
/// promise 3: no more than three late calls.
class RingRules {
 public:
  RingRules(Violations& out, bool store_forgets) : out_{out}, store_forgets_{store_forgets} {}

  void see(const TraceEntry& entry) {
    if (entry.kind == Kind::note) return see_note(entry);
    if (entry.kind == Kind::push || entry.kind == Kind::lost_to_server) return;
    const auto message = sip::Message::parse(entry.bytes);
    const auto cseq = message ? sip::CSeqView::parse(message->value(sip::HeaderName::cseq))
                              : sip::Parsed<sip::CSeqView>{sip::ParseError{}};
    if (!cseq || cseq->method != "INVITE") return;
    const auto call =
        std::string{message->value(sip::HeaderName::call_id)} + " " + std::to_string(cseq->number);
    auto& ringing = rings_[{entry.party, call}];
    if (entry.kind != Kind::to_server) {
      if (message->is_request() && starts_dialog(*message)) ring(ringing, entry, *message);
    } else if (!message->is_request()) {
      hear(ringing, *message, entry.at);
    }
  }

 private:
  void see_note(const TraceEntry& entry) {
    const bool closed = entry.bytes == "closes its connection";
    const bool restart = entry.bytes.starts_with("kill -9");
    if (!closed && !restart) return;
    for (auto& [key, ringing] : rings_) {
      if (!restart && key.first != entry.party) continue;
      // What was heard before it was committed, and a late call that was not done.
      if (closed || store_forgets_ || ringing.late > 0 || ringing.heard == entry.at)
        ringing.heard.reset();
      for (auto& [branch, gone] : ringing.branches) gone = true;
    }
  }

  static void hear(Ringing& ringing, const sip::Message& response, sip::Duration at) {
    const auto branch = ringing.branches.find(branch_of(response));
    if (branch == ringing.branches.end() || branch->second) return;
    const auto status = response.status();
    if (status == 503 || status == 408 || status == 430) {
      ringing.heard.reset();
      branch->second = true;  // what is heard on it after its final was only delayed
    } else {
      ringing.heard = std::min(at, ringing.heard.value_or(at));
    }
  }

  void ring(Ringing& ringing, const TraceEntry& entry, const sip::Message& invite) {
    if (!ringing.branches.emplace(branch_of(invite), false).second) return;
    // What waits for its commit cannot be called back.
    if (ringing.heard && entry.asked > *ringing.heard)
      out_.push_back(entry.party + " had answered and was sent another INVITE at " +
                     seconds(entry.at));
    if (all_values(invite, "Via").size() == 1 && ++ringing.late > 3)
      out_.push_back(entry.party + " got more than 3 late calls");
  }

  Violations& out_;
  bool store_forgets_;
  std::map<std::pair<std::string, std::string>, Ringing> rings_;
};

/// The finals each INVITE of the parties got, by branch.
struct Finals {
  std::set<std::string> arrived;  ///< branches whose INVITE reached the server
  std::map<std::string, std::set<std::string>> failures;
  std::map<std::string, std::set<std::string>> answers;
};

Finals finals_of(const Trace& trace) {
  Finals finals;
  for (const auto& entry : trace.entries()) {
    if (entry.kind != Kind::to_server && entry.kind != Kind::from_server) continue;
    const auto message = sip::Message::parse(entry.bytes);
    if (!message || !is_of_invite(*message)) continue;
    const auto branch = branch_of(*message);
    if (entry.kind == Kind::to_server && message->is_request()) finals.arrived.insert(branch);
    if (entry.kind != Kind::from_server || message->status() < 200) continue;
    // A challenge may be made anew for each copy, but not by another user agent (section 8.2.7).
    const auto tag = sip::tag_of(message->value(sip::HeaderName::to));
    (message->status() < 300 ? finals.answers : finals.failures)[branch].insert(
        std::to_string(message->status()) + " " + std::string{tag});
  }
  return finals;
}

/// The caller of every INVITE gets exactly one final, or only 2xx; a scanner may get none.
void check_finals(Scenario& scenario, Violations& out) {
  const auto finals = finals_of(scenario.world().trace());
  for (auto& phone : scenario.phones()) {
    const bool ignored = proxy::admission::is_scanner(phone->config().user_agent, {});
    for (const auto& client : phone->clients()) {
      const auto& branch = client.branch;
      if (client.draft.method != "INVITE" || !finals.arrived.contains(branch)) continue;
      const auto failures = finals.failures.find(branch);
      const bool answered = finals.answers.contains(branch);
      const bool failed = failures != finals.failures.end();
      const auto call = phone->name() + "'s INVITE " + std::string{client.draft.value("Call-ID")};
      // What was not committed before a crash cannot be known after it.
      const bool forgotten = scenario.world().restarted() && scenario.world().faults().spoils();
      if (failed && failures->second.size() > 1 && !forgotten)
        out.push_back(call + " got two failures");
      if (failed && answered && !forgotten) out.push_back(call + " got a failure and a 2xx");
      const bool deaf = phone->asleep() || scenario.world().restarted() ||
                        scenario.world().line(client.line).state != Line::State::open;
      if (!failed && !answered && !deaf && !ignored) out.push_back(call + " got no final");
    }
  }
}

/// The step that each message that is kept belongs to is kept too, and is of its kind.
void check_heads(const MemoryStore& store, Violations& out) {
  using proxy::record::Step;
  for (const auto& [at, head] : store.heads) {
    const auto call = store.calls.find(at.first);
    const auto timeline =
        call == store.calls.end() ? std::nullopt : proxy::record::decode(call->second.timeline);
    if (!timeline || at.second >= timeline->size()) {
      out.push_back("a message is kept without its step: " + head);
      continue;
    }
    const auto what = timeline->at(at.second).what;
    const bool invite = what == Step::invite || what == Step::branch || what == Step::late_invite;
    if (invite != head.starts_with("INVITE "))
      out.push_back(std::string{to_string(what)} + " has the message " + head);
  }
}

}  // namespace

std::vector<std::string> violations(Scenario& scenario) {
  Violations out;
  RingRules rules{out, scenario.world().faults().struck() == External::commit};
  for (const auto& entry : scenario.world().trace().entries()) rules.see(entry);
  check_finals(scenario, out);
  check_heads(scenario.world().store(), out);
  for (auto& phone : scenario.phones())
    for (const auto& problem : phone->problems())
      out.push_back(phone->name() + " got what " + problem);
  const auto counters = scenario.world().engine().counters();
  if (counters.held_calls != 0) out.push_back("a call is still held");
  if (counters.ringing_calls != 0) out.push_back("a call still rings");
  if (counters.transactions != 0)
    out.push_back(std::to_string(counters.transactions) + " transactions are left");
  return out;
}

}  // namespace test
