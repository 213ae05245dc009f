#include "tests/support/world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace test {

using namespace std::chrono_literals;

namespace {

constexpr int spins_at_one_instant = 1000;

std::shared_ptr<const proxy::Settings> with_locals(proxy::Settings settings) {
  const auto at = World::server_endpoint();
  for (const auto transport : {sip::Transport::udp, sip::Transport::tcp}) {
    settings.listeners.push_back({transport, at, std::nullopt});
    settings.locals.push_back({transport, at, sip::host_text(at.address), at.port});
  }
  if (!settings.tls.client_ca.empty()) {
    const sip::Endpoint secure{at.address, 5061};
    settings.listeners.push_back({sip::Transport::tls, secure, std::nullopt});
    settings.locals.push_back(
        {sip::Transport::tls, secure, sip::host_text(secure.address), secure.port});
  }
  return std::make_shared<const proxy::Settings>(std::move(settings));
}

}  // namespace

World::World(proxy::Settings settings, Faults faults)
    : World{std::move(settings), std::move(faults), nullptr, 1} {}

World::World(proxy::Settings settings, Chance& chance, std::uint64_t seed)
    : World{std::move(settings), {}, &chance, seed} {}

World::World(proxy::Settings settings, Faults faults, Chance* chance, std::uint64_t seed)
    : start_{sip::TimePoint{1h},
             sip::WallTime{std::chrono::sys_days{std::chrono::year{2024} / std::chrono::May / 6}}},
      now_{start_},
      ids_{seed},
      faults_{std::move(faults)},
      chance_{chance != nullptr ? chance : &fault_chance_},
      settings_{with_locals(std::move(settings))} {
  start_engine();
}

sip::Endpoint World::server_endpoint() { return *sip::Endpoint::parse("192.0.2.1:5060"); }

void World::start_engine() {
  ++life_;
  engine_ = std::make_unique<proxy::Engine>(settings_, ids_);
  committed_ = 0;
  engine_->restore(store_.snapshot(), now_, out_);
  drain();
}

void World::restart() {
  note("kill -9, restart");
  if (observer_ != nullptr) observer_->crashed();
  store_.crash();
  parked_.clear();
  out_ = {};
  for (LineId id = 0; id < lines_.size(); ++id)
    if (lines_[id].flow.reliable() && lines_[id].state != Line::State::closed) {
      lines_[id].state = Line::State::closed;
      lines_[id].owner->closed(id);
    }
  start_engine();
  if (observer_ != nullptr) observer_->started();
}

// --- time ----------------------------------------------------------------------------------------

void World::after(sip::Duration delay, Schedule::Task task) {
  schedule_.at(now_.mono + delay, std::move(task));
}

void World::after_for_server(sip::Duration delay, Schedule::Task task) {
  after(delay, [this, life = life_, task = std::move(task)] {
    if (life == life_) task();
  });
}

void World::run_until(sip::Duration elapsed) {
  const auto end = start_.mono + elapsed;
  int spins = 0;
  for (;;) {
    const auto task = schedule_.next();
    const auto deadline = engine_->next_deadline();
    const bool task_first = task && (!deadline || *task <= *deadline);
    if (!task_first && !deadline) break;
    const auto when = std::max(now_.mono, task_first ? *task : *deadline);
    if (when > end) break;
    if (when > now_.mono) spins = 0;
    now_.wall += when - now_.mono;
    now_.mono = when;
    if (task_first) {
      schedule_.take()();
      continue;
    }
    if (++spins > spins_at_one_instant)
      throw std::runtime_error{"the engine's deadline never passes"};
    engine_->on_deadline(now_, out_);
    drain();
    if (observer_ != nullptr) observer_->step_over();
  }
  now_.wall += end - now_.mono;
  now_.mono = end;
}

// --- what the engine asks for --------------------------------------------------------------------

void World::tell(proxy::Event event) {
  engine_->on(std::move(event), now_, out_);
  drain();
  if (observer_ != nullptr) observer_->step_over();
}

void World::drain() {
  for (auto& action : out_.drain()) std::visit([this](auto& a) { perform(a); }, action);
  if (store_.idle() && store_.waiting()) start_commit();
}

void World::add(TraceEntry::Kind kind, const Line* line, std::string bytes) {
  if (!trace_.recording()) return;
  trace_.add({elapsed(), elapsed(), kind, line != nullptr ? line->owner->name() : "",
              line != nullptr ? line->number : 0, std::move(bytes)});
}

void World::send_or_park(proxy::Send& send, sip::Duration asked) {
  if (send.after <= committed_)
    deliver(send, asked);
  else
    parked_.push_back({std::move(send), asked});
}

void World::reply_or_park(proxy::Reply& reply, sip::Duration asked) {
  if (reply.after <= committed_)
    replies_.push_back(std::move(reply));
  else
    parked_.push_back({std::move(reply), asked});
}

void World::perform(proxy::CloseFlow& close) {
  const auto id = line_for(close.flow);
  if (!id || lines_[*id].state == Line::State::closed) return;
  lines_[*id].state = Line::State::closed;
  add(TraceEntry::Kind::note, &lines_[*id], "closed by the server");
  after(0ms, [this, id = *id] { lines_[id].owner->closed(id); });
  after_for_server(0ms, [this, id = *id] {
    if (observer_ != nullptr) observer_->flow_closed(lines_[id]);
    tell(proxy::FlowClosed{lines_[id].flow});
  });
}

void World::perform(proxy::Write& write) {
  if (observer_ != nullptr) observer_->wrote(write);
  store_.write(write.seq, std::move(write.change));
}

void World::perform(proxy::Push& push) {
  add(TraceEntry::Kind::push, nullptr, push.body);
  if (observer_ != nullptr) observer_->pushed(push);
  const auto answer = chance_->push(push, push_.take(push, elapsed()));
  if (!answer.outcome) return;
  for (int i = 0; i < answer.times; ++i)
    after_for_server(answer.delay, [this, id = push.id, answer] {
      const proxy::PushDone done{id, *answer.outcome, answer.reason};
      if (observer_ != nullptr) observer_->push_done(done);
      tell(done);
    });
}

void World::perform(proxy::DropPush& drop) {
  push_.drop(drop.id);
  if (observer_ != nullptr) observer_->push_dropped(drop.id);
  note("push dropped");
}

void World::perform(proxy::Resolve& resolve) {
  if (trace_.recording())
    note("asks " + std::string{to_string(resolve.question.kind)} + " " + resolve.question.name);
  // Its first questions come before a script could have said how they are answered.
  after_for_server(0ms, [this, resolve] {
    if (resolver_.silent) return;
    for (int i = 0; i < resolver_.times; ++i)
      after_for_server(resolver_.delay,
                       [this, id = resolve.id, answer = resolver_.answer(resolve.question)] {
                         tell(proxy::Resolved{id, answer});
                       });
  });
}

void World::perform(proxy::Report& report) {
  if (!trace_.recording()) return;
  std::string text{report.event};
  for (const auto& [key, value] : report.fields) {
    text += ' ';
    text += key;
    text += '=';
    text += value;
  }
  note(std::move(text));
}

// --- store ---------------------------------------------------------------------------------------

void World::start_commit() {
  store_.begin();
  auto fate = chance_->commit();
  if (commits_to_fail > 0) {
    --commits_to_fail;
    fate.ok = false;
  }
  after_for_server(commit_delay + fate.delay, [this, fate] { end_commit(fate); });
}

void World::end_commit(const CommitFate& fate) {
  if (fate.crash == CommitFate::Crash::before) return restart();
  const auto range = store_.finish(fate.ok);
  if (fate.ok && observer_ != nullptr) observer_->committed(range.to);
  if (fate.crash == CommitFate::Crash::after) return restart();
  if (fate.ok) {
    committed_ = std::max(committed_, range.to);
    release();
    for (int i = 0; i < fate.times; ++i) tell(proxy::Committed{range.to});
  } else {
    note("commit " + std::to_string(range.from) + ".." + std::to_string(range.to) + " failed");
    std::erase_if(parked_, [&](const Parked& parked) {
      const auto seq = std::visit([](const auto& a) { return a.after; }, parked.action);
      return seq >= range.from && seq <= range.to;
    });
    if (observer_ != nullptr) observer_->store_failed(range.from, range.to);
    tell(proxy::StoreFailed{range.from, range.to, "disk full"});
  }
  if (store_.idle() && store_.waiting()) start_commit();
}

void World::release() {
  std::deque<Parked> waiting;
  waiting.swap(parked_);
  for (auto& [action, asked] : waiting) {
    if (auto* send = std::get_if<proxy::Send>(&action))
      send_or_park(*send, asked);
    else
      reply_or_park(std::get<proxy::Reply>(action), asked);
  }
}

void World::admin(proxy::Change change) {
  tell(proxy::AdminRequest{proxy::RequestId{replies_.size() + 1}, std::move(change)});
}

std::optional<proxy::view::RingTest> World::ring_test(std::int64_t device) {
  tell(proxy::QueryRequest{proxy::RequestId{replies_.size() + 1},
                           proxy::view::RingTestQuery{device}});
  const auto* test = std::get_if<proxy::view::RingTest>(&replies_.back().answer);
  return test != nullptr ? std::optional{*test} : std::nullopt;
}

}  // namespace test
