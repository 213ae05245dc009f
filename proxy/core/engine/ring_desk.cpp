#include "proxy/core/engine/ring_desk.hpp"

#include <algorithm>

#include "proxy/core/late_call/invite.hpp"
#include "proxy/core/late_call/test_call.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using late_call::Effect;
using sip::transaction::ClientId;
using view::RingResult;
using view::RingStep;

namespace {

/// How long a phone is waited for; as long as a caller would wait.
constexpr sip::Duration patience{30'000};
/// Who is connected already need not register because of a push: it is called after this.
constexpr sip::Duration awake_patience{5'000};
constexpr std::size_t tests_max = 200;

std::string words_of(const Message& response) {
  return std::to_string(response.status()).append(" ").append(response.reason());
}

}  // namespace

view::Answer RingDesk::begin(DeviceKey device) {
  const auto* entry = core_.directory.device(device);
  if (!entry) return view::Refused{404, "id", "there is no such device"};
  const auto known = tests_.find(device);
  if (known != tests_.end() && known->second.seen.result == RingResult::running)
    return view::Refused{409, "", "a ring test of this device is under way"};
  Test test;
  test.seen.device = device;
  test.seen.started_at = core_.now.wall;
  test.call_id = "ring-" + std::to_string(core_.ids.next()) + "@" + core_.settings->domains.front();
  const auto* contact = entry->reachable();
  const bool asked = wakes_.ask(device, test.call_id, patience);
  if (!asked && !contact)
    return view::Refused{409, "",
                         entry->row.push ? "it sleeps, and no push can be sent for it now"
                                         : "it is not registered and gave no push token"};
  make_room();
  Test& kept = tests_.insert_or_assign(device, std::move(test)).first->second;
  if (asked) {
    note(kept, RingStep::push_asked);
    kept.until = core_.now.mono + patience;
    deadlines_.set(device, core_.now.mono + (contact ? awake_patience : patience));
  } else {
    note(kept, RingStep::awake);
    call(kept, *contact);
  }
  view::Done done;
  done.id = device;
  done.count = 1;
  return done;
}

view::Answer RingDesk::last_of(DeviceKey device) const {
  const auto found = tests_.find(device);
  if (found == tests_.end()) return view::Refused{404, "id", "this device had no ring test"};
  return found->second.seen;
}

/// The oldest one that is over goes.
void RingDesk::make_room() {
  if (tests_.size() < tests_max) return;
  auto oldest = tests_.end();
  for (auto at = tests_.begin(); at != tests_.end(); ++at) {
    if (at->second.seen.result == RingResult::running) continue;
    if (oldest == tests_.end() || at->second.seen.started_at < oldest->second.seen.started_at)
      oldest = at;
  }
  if (oldest != tests_.end()) tests_.erase(oldest);
}

void RingDesk::note(Test& test, RingStep what, std::string detail) {
  core_.report(
      Level::info, "ring_test.step",
      {{"device", std::to_string(test.seen.device)}, {"what", std::string{to_string(what)}}});
  test.seen.steps.push_back({core_.now.wall, what, std::move(detail)});
}

void RingDesk::finish(Test& test, RingResult result) {
  test.waits = false;
  if (test.seen.result == RingResult::running) test.seen.result = result;
}

void RingDesk::on_push(DeviceKey device, const PushDone& done) {
  const auto found = tests_.find(device);
  if (found == tests_.end() || found->second.seen.result != RingResult::running) return;
  Test& test = found->second;
  const bool accepted = done.outcome == PushOutcome::accepted;
  note(test, accepted ? RingStep::push_accepted : RingStep::push_refused, done.reason);
  if (accepted) return;
  test.until.reset();
  if (!test.waits) return;
  // It cannot come because of this push, but it may be there.
  const auto* entry = core_.directory.device(device);
  if (const auto* contact = entry ? entry->reachable() : nullptr) {
    note(test, RingStep::awake);
    return call(test, *contact);
  }
  deadlines_.set(device, std::nullopt);
  finish(test, RingResult::failed);
}

/// Its push is under way, and it has not registered since.
bool RingDesk::may_come(const Test& test) const {
  return test.until && core_.now.mono < *test.until && !test.rang &&
         test.seen.result == RingResult::running;
}

void RingDesk::device_came(DeviceKey device, bool registered) {
  if (tests_.empty() || !registered) return;
  const auto found = tests_.find(device);
  if (found == tests_.end()) return;
  Test& test = found->second;
  if (!test.waits && !may_come(test)) return;
  const auto* entry = core_.directory.device(device);
  const auto* contact = entry ? entry->reachable() : nullptr;
  if (!contact) return;
  // What went over its last connection must not ring once more.
  if (test.client) core_.transactions.hush(test.client);
  test.until.reset();
  note(test, RingStep::registered);
  call(test, *contact);
}

void RingDesk::call(Test& test, const registrar::Contact& contact) {
  test.waits = false;
  test.flow = contact.flow;
  const auto branch = core_.transactions.new_branch();
  const std::string uri = sip::without_push_params(contact.row.contact);
  const std::string via = core_.via(contact.flow, branch.text);
  const std::string our_contact = core_.own_contact(contact.flow, test.call_id);
  const std::string callee{core_.directory.aor_of(test.seen.device)};
  const std::string tag = core_.own_tag(test.call_id, {});
  sip::Bytes bytes = sip::make_bytes(
      late_call::build_test_invite({uri, via, our_contact, contact.row.path,
                                    core_.settings->domains.front(), callee, test.call_id, tag}));
  const bool started =
      core_.transactions.start(branch, sip::Method::invite, std::move(bytes), contact.flow,
                               core_.behind(contact), core_.now.mono, core_.layer_out);
  core_.flush();
  if (!started) {
    ++core_.counters.overload;
    note(test, RingStep::silent, "too many transactions");
    deadlines_.set(test.seen.device, std::nullopt);
    return finish(test, RingResult::failed);
  }
  note(test, RingStep::invite);
  test.client = branch.id;
  test.attempt = late_call::Attempt{core_.now.mono};
  calls_.emplace(branch.id, test.seen.device);
  deadlines_.set(test.seen.device, test.attempt.next_deadline());
}

bool RingDesk::on_response(ClientId client, const Message& response) {
  const auto found = calls_.find(client);
  if (found == calls_.end()) return false;
  const auto at = tests_.find(found->second);
  if (at == tests_.end()) return true;
  Test& test = at->second;
  if (test.client != client) {
    late_answer(test, client, response);
    return true;
  }
  if (response.status() > 100 && response.status() < 200 && !test.rang) {
    test.rang = true;
    note(test, RingStep::rang, words_of(response));
  }
  apply(test, test.attempt.on_response(response.status(), core_.now.mono), &response);
  return true;
}

/// Heard after all on the connection that was given up: it must not go on ringing.
void RingDesk::late_answer(const Test& test, ClientId client, const Message& response) {
  if (response.status() / 100 == 2) hang_up(test, response);
  if (response.status() <= 100 || response.status() >= 200) return;
  core_.transactions.cancel(client, {}, core_.now.mono, core_.layer_out);
  core_.flush();
}

bool RingDesk::on_client_lost(ClientId client) {
  const auto found = calls_.find(client);
  if (found == calls_.end()) return false;
  const auto at = tests_.find(found->second);
  if (at != tests_.end() && at->second.client == client)
    apply(at->second, at->second.attempt.on_lost(), nullptr);
  return true;
}

void RingDesk::on_deadline() {
  while (const auto device = deadlines_.pop_due(core_.now.mono)) {
    const auto found = tests_.find(*device);
    if (found == tests_.end()) continue;
    Test& test = found->second;
    if (!test.waits) {
      apply(test, test.attempt.on_deadline(core_.now.mono), nullptr);
      continue;
    }
    const auto* entry = core_.directory.device(*device);
    const auto* contact = entry ? entry->reachable() : nullptr;
    if (may_come(test) && contact) {
      note(test, RingStep::awake);
      call(test, *contact);
    } else {
      note(test, RingStep::not_registered);
      finish(test, RingResult::failed);
    }
  }
}

void RingDesk::apply(Test& test, Effect effect, const Message* response) {
  deadlines_.set(test.seen.device, test.attempt.next_deadline());
  switch (effect) {
    case Effect::nothing:
      break;
    case Effect::cancel:
      core_.transactions.cancel(test.client, {}, core_.now.mono, core_.layer_out);
      core_.flush();
      if (!test.rang) note(test, RingStep::silent);
      finish(test, test.rang ? RingResult::passed : RingResult::failed);
      break;
    case Effect::ack_and_bye:
      if (response) hang_up(test, *response);
      if (!test.rang) note(test, RingStep::answered);
      finish(test, RingResult::passed);
      break;
    case Effect::done:
      settle(test, response);
      break;
    case Effect::unreached:
      core_.transactions.hush(test.client);  // repeated, it could ring after the test
      if (may_come(test)) {
        test.waits = true;
        deadlines_.set(test.seen.device, test.until);
        break;
      }
      note(test, response ? RingStep::refused : RingStep::silent,
           response ? words_of(*response) : std::string{});
      finish(test, RingResult::failed);
      break;
  }
}

/// The end of the transaction: after our CANCEL nothing new.
void RingDesk::settle(Test& test, const Message* response) {
  if (test.seen.result != RingResult::running) return;
  note(test, response ? RingStep::refused : RingStep::silent,
       response ? words_of(*response) : std::string{});
  finish(test, RingResult::failed);
}

void RingDesk::hang_up(const Test& test, const Message& ok) {
  const auto ack = core_.transactions.new_branch();
  core_.send(test.flow, late_call::build_ack(ok, core_.via(test.flow, ack.text)));
  const auto bye = core_.transactions.new_branch();
  core_.transactions.start(
      bye, sip::Method::bye,
      sip::make_bytes(late_call::build_bye(ok, core_.via(test.flow, bye.text), {})), test.flow, 0,
      core_.now.mono, core_.layer_out);
  core_.flush();
}

}  // namespace proxy
