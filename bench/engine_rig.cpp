#include "bench/engine_rig.hpp"

#include <algorithm>
#include <stdexcept>

namespace bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint16_t engine_port = 5060;
/// 2026-01-01: any wall time will do, as long as it moves with the virtual clock.
constexpr sip::WallTime epoch{1'767'225'600s};

sip::Endpoint loopback(std::uint16_t port) { return {sip::Address::v4(0x7F000001), port}; }

std::shared_ptr<const proxy::Settings> settings() {
  proxy::Settings s;
  s.domains = {"bench.test"};
  s.auth.algorithms = {"MD5"};
  s.locals.push_back({sip::Transport::udp, loopback(engine_port), "127.0.0.1", engine_port});
  s.abuse.exempt.push_back(*sip::AddressBlock::parse("127.0.0.0/8"));
  return std::make_shared<const proxy::Settings>(std::move(s));
}

}  // namespace

std::uint64_t EngineRig::Ids::next() {
  state_ += 0x9E3779B97F4A7C15ULL;  // splitmix64
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

EngineRig::EngineRig() : settings_{settings()}, engine_{settings_, ids_} {
  engine_.restore({}, instant(), outbox_);
  drain();
}

sip::Instant EngineRig::instant() const { return {now_, epoch + now_.time_since_epoch()}; }

std::size_t EngineRig::add_agent(const std::string& user, std::uint16_t port) {
  proxy::AddUser add;
  add.aor = user + "@bench.test";
  add.password = "secret";
  on(proxy::AdminRequest{proxy::RequestId{++requests_}, add});
  drain();
  app::demo::AgentSettings agent;
  agent.user = user;
  agent.domain = "bench.test";
  agent.password = "secret";
  agent.local = loopback(port).to_string();
  agent.server.peer = loopback(engine_port);
  agent.ring_after = 10ms;
  agent.answer_after = 20ms;
  sides_.push_back(std::make_unique<Side>(std::move(agent), ids_));
  sides_.back()->flow.peer = loopback(port);
  by_port_[port] = sides_.size() - 1;
  return sides_.size() - 1;
}

void EngineRig::measured(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  inside_ += Clock::now() - begin;
}

void EngineRig::on(proxy::Event event) {
  measured([&] { engine_.on(std::move(event), instant(), outbox_); });
}

void EngineRig::drain() {
  while (!outbox_.empty()) {
    outbox_.drain_into(actions_);
    proxy::Seq written = 0;
    for (proxy::Action& action : actions_) {
      if (const auto* write = std::get_if<proxy::Write>(&action)) written = write->seq;
      const auto* send = std::get_if<proxy::Send>(&action);
      if (!send) continue;
      ++sends_;
      const auto side = by_port_.find(send->flow.peer.port);
      if (side == by_port_.end()) continue;
      Side& to = *sides_[side->second];
      sip::Flow server;
      server.peer = loopback(engine_port);
      to.agent.on_message(*send->bytes, server, now_, to.out);
    }
    if (written != 0) on(proxy::Committed{written});
  }
}

void EngineRig::exchange() {
  for (bool busy = true; busy;) {
    busy = false;
    for (const auto& side : sides_) {
      for (const auto& transmit : std::exchange(side->out.wire.transmits, {})) {
        busy = true;
        on(proxy::MessageReceived{side->flow, *transmit.bytes});
        drain();
      }
    }
  }
}

void EngineRig::pass(sip::Duration time) {
  const auto end = now_ + time;
  for (;;) {
    auto next = engine_.next_deadline();
    for (const auto& side : sides_)
      if (const auto at = side->agent.next_deadline(); at && (!next || *at < *next)) next = at;
    if (!next || *next > end) break;
    now_ = std::max(now_, *next);
    measured([&] { engine_.on_deadline(instant(), outbox_); });
    drain();
    for (const auto& side : sides_) side->agent.on_deadline(now_, side->out);
    exchange();
  }
  now_ = end;
}

std::size_t EngineRig::feed(const std::string& bytes, std::uint16_t from_port) {
  sip::Flow flow;
  flow.peer = loopback(from_port);
  const auto before = sends_;
  on(proxy::MessageReceived{flow, bytes});
  drain();
  return sends_ - before;
}

std::size_t EngineRig::take_sightings(std::size_t index, app::demo::Sight what) {
  auto& sightings = sides_[index]->out.sightings;
  const auto count =
      std::ranges::count_if(sightings, [what](const auto& s) { return s.what == what; });
  sightings.clear();
  return static_cast<std::size_t>(count);
}

std::chrono::duration<double> EngineRig::take_engine_time() {
  return std::exchange(inside_, Clock::duration{0});
}

}  // namespace bench
