#include <algorithm>
#include <map>

#include "proxy/core/record/timeline.hpp"
#include "proxy/core/record/wake_times.hpp"
#include "tests/scenario/scenario.hpp"

namespace test {

namespace {

using proxy::view::Counters;

std::optional<std::uint64_t> counter(const Counters& counters, std::string_view name) {
  static const std::map<std::string_view, std::uint64_t Counters::*> table{
      {"held", &Counters::held_calls},
      {"ringing", &Counters::ringing_calls},
      {"active", &Counters::active_calls},
      {"transactions", &Counters::transactions},
      {"registrations", &Counters::registrations},
      {"devices", &Counters::devices},
      {"users", &Counters::users},
      {"calls_answered", &Counters::calls_answered},
      {"calls_missed", &Counters::calls_missed},
      {"calls_declined", &Counters::calls_declined},
      {"calls_failed", &Counters::calls_failed},
      {"late_answered_done", &Counters::late_answered_done},
      {"late_answered_failed", &Counters::late_answered_failed},
      {"late_missed_done", &Counters::late_missed_done},
      {"late_missed_failed", &Counters::late_missed_failed},
      {"pushes_accepted", &Counters::pushes_accepted},
      {"pushes_dead", &Counters::pushes_dead},
      {"pushes_withheld", &Counters::pushes_withheld},
      {"malformed", &Counters::malformed},
      {"bans", &Counters::bans},
      {"failed_logins", &Counters::failed_logins},
      {"refused_banned", &Counters::refused_banned},
      {"refused_requests", &Counters::refused_requests},
      {"refused_scanners", &Counters::refused_scanners},
      {"refused_amplifying", &Counters::refused_amplifying},
  };
  const auto at = table.find(name);
  if (at == table.end()) return std::nullopt;
  return counters.*at->second;
}

/// What is counted, by the engine or by the world around it.
std::optional<std::uint64_t> count_of(World& world, std::string_view name) {
  if (name == "invites") return world.store().invites.size();
  if (name == "pushes_dropped")
    return static_cast<std::uint64_t>(
        std::ranges::count_if(world.push().seen(), &FakePush::Seen::dropped));
  return counter(world.engine().counters(), name);
}

}  // namespace

void Scenario::check(const Command& command) {
  for (const auto& option : command.options) {
    if (option.key == "call") continue;
    if (const auto value = count_of(*world_, option.key)) {
      if (std::to_string(*value) != option.value)
        fail(option.key + " is " + std::to_string(*value) + ", not " + option.value);
      continue;
    }
    if (option.key.starts_with("wakes:") || option.key.starts_with("p50:") ||
        option.key.starts_with("p95:")) {
      check_wakes(option);
      continue;
    }
    if (option.key.starts_with("ring:") || option.key.starts_with("steps:")) {
      check_ring(option);
      continue;
    }
    check_call(command, option);
  }
  if (command.verb != "end") return;
  check_idle();
  check_rules();
}

/// "wakes:bob=3", "p50:bob=2s", "p95:bob=4s".
void Scenario::check_wakes(const Option& option) {
  const auto colon = option.key.find(':');
  const auto* row = device_row(phone(option.key.substr(colon + 1)).config());
  if (row == nullptr) fail("it is not in the store");
  const auto what = option.key.substr(0, colon);
  const auto figures = proxy::record::wake_figures(row->wake_times);
  const auto none = sip::Duration{0};
  const auto samples = figures ? figures->samples : 0;
  if (what == "wakes" && std::to_string(samples) != option.value)
    fail(option.key + " is " + std::to_string(samples) + ", not " + option.value);
  if (what == "wakes") return;
  const auto p50 = figures ? figures->p50 : none;
  const auto p95 = figures ? figures->p95 : none;
  const auto actual = what == "p50" ? p50 : p95;
  if (actual != parse_duration(option.value))
    fail(option.key + " is " + seconds(actual) + ", not " + option.value);
}

/// "ring:bob=passed", "steps:bob=awake,invite,rang": the last ring test of a phone.
void Scenario::check_ring(const Option& option) {
  const auto colon = option.key.find(':');
  const auto* row = device_row(phone(option.key.substr(colon + 1)).config());
  const auto test = row != nullptr ? world_->ring_test(row->id) : std::nullopt;
  if (!test) fail("it had no ring test");
  std::string actual{to_string(test->result)};
  if (option.key.starts_with("steps:")) {
    actual.clear();
    for (const auto& step : test->steps)
      actual.append(actual.empty() ? "" : ",").append(to_string(step.what));
  }
  if (actual != option.value) fail(option.key + " is " + actual + ", not " + option.value);
}

const proxy::record::Device* Scenario::device_row(const PhoneConfig& config) {
  for (const auto& [id, row] : world_->store().devices) {
    const bool same = !config.instance.empty()
                          ? row.instance.find(config.instance) != std::string::npos
                          : row.push.prid == config.prid;
    if (same) return &row;
  }
  return nullptr;
}

void Scenario::check_call(const Command& command, const Option& option) {
  const auto* note = call_of(command);
  const proxy::record::Call* call = nullptr;
  for (const auto& [id, row] : world_->store().calls)
    if (note != nullptr && row.call_id == note->call_id) call = &row;
  if (call == nullptr) fail("the call is not in the store");
  const auto& key = option.key;
  const auto& value = option.value;
  const auto must = [&](const std::string& actual) {
    if (option.op == '~' ? actual.find(value) == std::string::npos : actual != value)
      fail(key + " is \"" + actual + "\", not \"" + value + "\"");
  };
  if (key == "state") return must(std::string{to_string(call->state)});
  if (key == "end_reason") return must(call->end_reason);
  if (key == "final") return must(std::to_string(call->final_status));
  if (key == "verdict") return must(call->verdict);
  if (key == "step" || key == "nostep") {
    const auto timeline = proxy::record::decode(call->timeline);
    if (!timeline) fail("the timeline is damaged");
    const bool found = std::any_of(timeline->begin(), timeline->end(),
                                   [&](const auto& e) { return to_string(e.what) == value; });
    if (found != (key == "step")) fail((found ? "there is a step " : "there is no step ") + value);
    return;
  }
  if (key == "heads") return must(std::to_string(heads_of(*call).size()));
  if (key.starts_with("head:")) {
    const auto timeline = proxy::record::decode(call->timeline);
    if (!timeline) fail("the timeline is damaged");
    std::string all;
    for (const auto& head : heads_of(*call))
      if (to_string(timeline->at(head.step).what) == key.substr(5)) all += head.head;
    return must(all);
  }
  if (!key.starts_with("leg:")) fail("cannot check " + key);
  const auto& config = phone(key.substr(4)).config();
  for (const auto& [id, leg] : world_->store().legs) {
    const auto device = world_->store().devices.find(leg.device_id);
    if (leg.call_id != call->id || device == world_->store().devices.end()) continue;
    const auto& row = device->second;
    const bool same = !config.instance.empty()
                          ? row.instance.find(config.instance) != std::string::npos
                          : row.push.prid == config.prid;
    if (same) return must(std::string{to_string(leg.state)});
  }
  fail("no leg for it in the store");
}

std::vector<proxy::record::MessageHead> Scenario::heads_of(const proxy::record::Call& call) {
  std::vector<proxy::record::MessageHead> out;
  for (const auto& [at, head] : world_->store().heads)
    if (at.first == call.id) out.push_back({at.first, at.second, head});
  return out;
}

void Scenario::check_idle() {
  for (auto& phone : phones_) {
    auto& inbox = phone->inbox();
    while (!inbox.empty() && inbox.front().skippable) inbox.pop_front();
    if (inbox.empty()) continue;
    const auto& next = inbox.front();
    fail("unexpected: " + std::string{next.reached ? "< " : "x "} + phone->name() + " got " +
         summary(std::string{next.message.wire()}) + " at " + seconds(next.at));
  }
  for (const auto& seen : world_->push().seen())
    if (!seen.read) fail("unexpected push at " + seconds(seen.at) + ": " + seen.push.body);
}

void Scenario::check_rules() {
  for (auto& phone : phones_) {
    if (!phone->problems().empty()) fail(phone->name() + " got what " + phone->problems().front());
    for (const auto& server : phone->servers()) {
      const bool heard = world_->line(server.line).state == Line::State::open;
      if (server.request.method() == sip::Method::invite && server.final_status >= 300 && heard &&
          !server.acked)
        fail(phone->name() + "'s " + std::to_string(server.final_status) +
             " was never acknowledged");
    }
  }
  check_tokens();
}

/// True when a `dns ... dead` line led there.
bool Scenario::is_dead_name(std::string_view flow) const {
  return std::any_of(names_.begin(), names_.end(), [&](const Command& name) {
    return name.has_word("dead") && flow.find(name.word(2)) != std::string_view::npos;
  });
}

/// True for the address of a peer that takes UDP alone.
bool Scenario::refuses_tcp(std::string_view flow) const {
  const auto to = sip::parse_flow(flow);
  return to && to->transport == sip::Transport::tcp &&
         std::any_of(plans_.begin(), plans_.end(), [&](const PartyPlan& plan) {
           return plan.peer && plan.config.transport == sip::Transport::udp &&
                  Phone::home_of(plan.config.number) == to->peer;
         });
}

void Scenario::check_tokens() {
  for (const auto& [at, head] : world_->store().heads) {
    for (const auto& owner : phones_)
      if (!owner->config().prid.empty() && head.find(owner->config().prid) != std::string::npos)
        fail(owner->name() + "'s push token is kept:\n" + head);
    for (const auto* secret : {"nonce=", "response=", "sip:sw-"})
      if (head.find(secret) != std::string::npos) fail("a secret is kept:\n" + head);
  }
  for (const auto& entry : world_->trace().entries()) {
    const bool to_nobody = entry.kind == TraceEntry::Kind::lost_to_party && entry.line == 0;
    if (to_nobody && !is_dead_name(entry.party) && !refuses_tcp(entry.party))
      fail("sent to where nobody is, " + entry.party + ":\n" + entry.bytes);
    if (entry.kind != TraceEntry::Kind::from_server) continue;
    const auto& reader = phone(entry.party).config();
    for (const auto& owner : phones_) {
      const auto& prid = owner->config().prid;
      if (prid.empty() || prid == reader.prid || owner->config().user == reader.user) continue;
      if (entry.bytes.find(prid) != std::string::npos)
        fail(owner->name() + "'s push token reached " + entry.party + ":\n" + entry.bytes);
    }
  }
}

}  // namespace test
