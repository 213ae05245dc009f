#include "tests/sim/watch.hpp"

#include <algorithm>
#include <functional>

#include "sipstack/message/check.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/via.hpp"
#include "tests/support/phone.hpp"

namespace test::sim {

namespace {

constexpr std::size_t violations_kept = 20;

PartyId number_of(const Line& line) {
  return static_cast<PartyId>(static_cast<const Phone*>(line.owner)->config().number);
}

}  // namespace

Watch::Watch(World& world, proxy::Settings settings, Tally& tally, Reach& reach)
    : world_{world}, settings_{std::move(settings)}, tally_{tally}, reach_{reach} {}

void Watch::add_device(PartyId number, Device device) {
  if (book_.devices.size() <= number) book_.devices.resize(number + 1);
  book_.devices[number] = std::move(device);
  excused_.resize(book_.devices.size());
}

void Watch::fail(std::string_view rule, const std::string& text) {
  if (violations_.size() >= violations_kept) return;
  violations_.push_back(seconds(world_.elapsed()) + "  " + std::string{rule} + ": " + text);
}

/// Where nobody is: what is too large for a datagram is tried over TCP first.
PartyId Watch::gateway_at(const sip::Flow& flow) const {
  for (PartyId party = 1; party < book_.devices.size(); ++party)
    if (book_.devices[party].gateway &&
        Phone::home_of(static_cast<int>(party)).address == flow.peer.address)
      return party;
  return 0;
}

std::string Watch::name(PartyId party) const { return "party " + std::to_string(party); }

void Watch::mix(char direction, PartyId party, std::string_view bytes) {
  const auto one = [&](std::uint64_t value) { hash_ = (hash_ ^ value) * 1099511628211ULL; };
  one(static_cast<std::uint64_t>(direction) * 1000 + party);
  one(static_cast<std::uint64_t>(world_.elapsed().count()));
  one(std::hash<std::string_view>{}(bytes));
}

std::optional<Watch::Sight> Watch::see(const sip::Message& message, PartyId party,
                                       const sip::Flow& flow, sip::Duration asked) const {
  const auto cseq = sip::CSeqView::parse(message.value(sip::HeaderName::cseq));
  const auto via = sip::ViaView::parse(message.value(sip::HeaderName::via));
  if (!cseq || !via) return std::nullopt;
  return Sight{message,      party,       flow, world_.elapsed(), asked, std::string{via->branch},
               cseq->method, cseq->number};
}

void Watch::to_server(const Line& line, const std::string& bytes) {
  ++tally_.messages;
  expire_calls();
  const auto party = number_of(line);
  mix('>', party, bytes);
  const auto message = sip::Message::parse(bytes);
  if (!message || message->fault()) return;
  const auto sight = see(*message, party, line.flow, world_.elapsed());
  if (!sight) return;
  if (message->is_request()) {
    // What deserves a refusal is not looked at any further.
    if (sip::check_request(*message, settings_.limits).status == 0) request_came(*sight);
  } else if (sip::check_response(*message)) {
    response_came(*sight);
  }
}

void Watch::from_server(const Line* line, const proxy::Send& send, sip::Duration asked) {
  ++tally_.messages;
  expire_calls();
  const auto party = line != nullptr ? number_of(*line) : gateway_at(send.flow);
  mix('<', party, *send.bytes);
  const auto message = sip::Message::parse(*send.bytes);
  if (!message || message->fault()) return fail("well-formed", "cannot be read: " + *send.bytes);
  auto sight = see(*message, party, send.flow, asked);
  if (sight) {
    sight->parked = send.after != 0;
    sight->client = send.client.value;
  }
  if (!sight) return fail("well-formed", "without CSeq or Via: " + *send.bytes);
  if (message->is_request()) {
    const auto fault = sip::check_request(*message, settings_.limits);
    if (fault.status != 0)
      fail("well-formed", "deserves " + fault.reason + ": " + summary(*send.bytes));
    request_left(*sight);
  } else {
    if (!sip::check_response(*message)) fail("well-formed", "bad response: " + *send.bytes);
    response_left(*sight);
  }
}

void Watch::keep_alive(const Line& line) {
  expire_calls();
  const auto party = number_of(line);
  mix('k', party, {});
  if (party >= book_.devices.size()) return;
  const auto& device = book_.devices[party];
  if (device.now && device.now->flow == line.flow && is_registered(device))
    device_came(party, line.flow, world_.elapsed());
}

// --- what is durable -----------------------------------------------------------------------------

void Watch::wrote(const proxy::Write& write) { written_ = std::max(written_, write.seq); }
void Watch::committed(proxy::Seq to) { committed_ = std::max(committed_, to); }

void Watch::store_failed(proxy::Seq from, proxy::Seq to) {
  failed_.emplace_back(from, to);
  committed_ = std::max(committed_, to);
  store_failed_ = world_.elapsed();
  debts_.clear();
}

bool Watch::is_firm(proxy::Seq seq) const {
  if (seq > committed_) return false;
  return std::ranges::none_of(
      failed_, [&](const auto& range) { return seq >= range.first && seq <= range.second; });
}

void Watch::set(Fact& fact) {
  if (fact) return;
  fact.at = world_.elapsed();
  fresh_facts_.push_back(&fact);
}

void Watch::step_over() {
  for (Fact* fact : fresh_facts_) fact->seq = written_;
  for (const auto call : fresh_ends_) book_.calls[call].over_seq = written_;
  for (const auto call : fresh_finals_) book_.calls[call].final_seq = written_;
  fresh_facts_.clear();
  fresh_ends_.clear();
  fresh_finals_.clear();
  check_debts();
}

void Watch::crashed() {
  crashed_ = true;
  reach_.add(world_.engine().reach());
  ++tally_.restarts;
  debts_.clear();  // what is owed is owed by the next process
  step_over();
  const auto now = world_.elapsed();
  for (auto& ring : book_.rings) {
    // The last attempt may be committed, with the REGISTER it answers, and never have left.
    ring.blurred =
        ring.blurred ||
        (ring.late_calls > 1 && std::ranges::any_of(registering_, [&](const auto& entry) {
           return entry.second.party == ring.device && !entry.second.done;
         }));
    for (Fact* fact : {&ring.asked, &ring.rang, &ring.answered, &ring.declined, &ring.told,
                       &ring.refused, &ring.unreached})
      if (*fact && !is_firm(fact->seq)) {
        *fact = {};
        ring.blurred = true;
      } else {
        fact->seq = 0;
      }
    for (auto& attempt : ring.attempts)
      if (!attempt.dead_at) {
        attempt.dead_at = now;
        attempt.crashed = true;
        // A CANCEL that the network lost is given up after Timer F, which may be done and stored.
        const auto timer_f = 64 * settings_.timers.t1;
        if (attempt.late && attempt.provisional_at && now - *attempt.provisional_at >= timer_f)
          ring.blurred = true;
      } else if (attempt.late && attempt.final_status == 0 &&
                 now - *attempt.dead_at < std::chrono::seconds{5}) {
        attempt.crashed = true;  // what became of it may not have been committed
        ring.blurred = true;
      }
  }
  for (std::size_t i = 0; i < book_.calls.size(); ++i) {
    auto& call = book_.calls[i];
    if (call.over == Over::crashed && is_firm(call.over_seq)) {
      call.over_seq = 0;
      continue;
    }
    // The end of a call is known for good once its final is.
    if (call.over != Over::no && call.final_status != 0 && is_firm(call.over_seq) &&
        is_firm(call.final_seq)) {
      call.over_seq = call.final_seq = 0;
      continue;
    }
    call.blurred = call.over != Over::no;
    call.forgotten = std::ranges::none_of(
        call.rings, [&](const auto& at) { return book_.rings[at.second].asked.at.has_value(); });
    call.over = Over::crashed;
    call.over_at = now;
    call.over_wall = world_.now().wall;
    fresh_ends_.push_back(i);  // written again by the next process
  }
  for (auto& device : book_.devices)
    if (device.now && device.now->flow.reliable() && !device.now->gone()) device.now->gone_at = now;
  offered_.clear();  // what is sent again is new to the next process
  written_ = committed_ = 0;
  failed_.clear();
}

void Watch::started() { step_over(); }

// --- flows ---------------------------------------------------------------------------------------

void Watch::flow_closed(const Line& line) {
  mix('c', number_of(line), {});
  closed_.emplace(line.flow, world_.elapsed());
  for (auto& ring : book_.rings)
    for (auto& attempt : ring.attempts)
      if (attempt.flow == line.flow && !attempt.dead_at) {
        attempt.dead_at = world_.elapsed();
        const bool had_it = !attempt.late && attempt.heard() && attempt.final_status == 0;
        if (!had_it || book_.calls[ring.call].over != Over::no) continue;
        ring.unreached = {};
        set(ring.unreached);
      }
  for (auto& device : book_.devices)
    if (device.now && device.now->flow == line.flow && !device.now->gone())
      device.now->gone_at = world_.elapsed();
}

void Watch::send_failed(const proxy::SendFailed& failed) {
  for (auto& ring : book_.rings)
    for (auto& attempt : ring.attempts)
      if (attempt.client == failed.client.value && attempt.flow == failed.flow &&
          !attempt.heard() && !attempt.dead_at && !attempt.crashed)
        attempt.dead_at = world_.elapsed();
}

bool Watch::is_alive(const Attempt& attempt) const {
  const auto now = world_.elapsed();
  const auto patience = 64 * settings_.timers.t1;
  if (attempt.dead_at) return false;
  if (!attempt.heard()) return now - attempt.asked < patience;
  return !attempt.cancelled_at || now - *attempt.cancelled_at < patience;
}

// --- pushes --------------------------------------------------------------------------------------

void Watch::pushed(const proxy::Push& push) {
  mix('p', 0, push.body);
  const auto text = [&](std::string_view key) -> std::string {
    const auto at = push.body.find("\"" + std::string{key} + "\":\"");
    if (at == std::string::npos) return {};
    const auto from = at + key.size() + 4;
    return push.body.substr(from, push.body.find('"', from) - from);
  };
  const auto token = text("prid");
  if (token.size() < 6) return;  // for the user as such
  const auto device = static_cast<PartyId>(std::stoul(token.substr(4, 2)));
  const auto call = call_for(text("call_id"), device);
  if (!call) return fail("pushes", "a push for a call that nobody made: " + push.body);
  if (book_.calls[*call].over != Over::no && text("event") == "call")
    fail("no push after the end", name(device) + " was pushed for " + book_.calls[*call].call_id);
  auto& ring = book_.ring(*call, device);
  if (text("event") == "call") comes_to(*call, device);
  if (text("event") == "missed") {
    if (++ring.notices > 1) fail("missed call", name(device) + " was told twice");
    return check_missed(ring, true, world_.elapsed());
  }
  if (!ring.pushed) ring.pushed = world_.elapsed();
  ring.pushed_last = world_.elapsed();
  ring.pushed_wall = world_.now().wall;
  ++ring.pushes;
  set(ring.asked);
  ring_of_push_[push.id.value] = book_.calls[*call].rings.at(device);
}

void Watch::push_done(const proxy::PushDone& done) {
  const auto at = ring_of_push_.find(done.id.value);
  if (at == ring_of_push_.end()) return;
  auto& ring = book_.rings[at->second];
  if (ring.pushes > 1) return;  // the first may have arrived, whatever became of the second
  if (done.outcome == proxy::PushOutcome::dead || done.outcome == proxy::PushOutcome::refused)
    set(ring.refused);
}

void Watch::finish() {
  reach_.add(world_.engine().reach());
  check_debts();
  check_finals();
  check_acks();
  check_completed();
  check_idle();
}

}  // namespace test::sim
