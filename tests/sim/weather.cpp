#include "tests/sim/weather.hpp"

#include <algorithm>

#include "tests/support/world.hpp"

namespace test::sim {

using namespace std::chrono_literals;

Climate choose_climate(Dice& dice) {
  Climate c;
  static constexpr sip::Duration latencies[] = {0ms, 0ms, 0ms, 5ms, 40ms, 150ms};
  c.latency = dice.pick(latencies);
  c.push_answer = dice.percent(50) ? 0ms : dice.between(0ms, 1500ms);
  c.commit_time = dice.percent(60) ? 0ms : dice.between(1ms, 40ms);
  // Each thing may be at fault by itself, so that what follows from it is seen by itself.
  if (dice.percent(40)) {
    c.jitter = dice.between(0ms, 60ms);
    c.lost = dice.between(0, 80);
    c.delayed = dice.between(0, 40);
    c.doubled = dice.between(0, 40);
    c.truncated = dice.between(0, 15);
    c.broken = dice.between(0, 25);
    c.unreachable = dice.between(0, 60);
  } else if (dice.percent(30)) {
    c.doubled = dice.between(0, 60);
  }
  if (dice.percent(25)) {
    c.commit_slow = dice.between(0, 150);
    c.commit_twice = dice.between(0, 40);
  }
  if (dice.percent(12)) c.commit_failed = dice.between(0, 80);
  if (dice.percent(25)) {
    c.crash_at_commit = dice.between(0, 20);
    c.crash_at_message = dice.between(0, 8);
  }
  if (dice.percent(40)) {
    c.push_lost = dice.between(0, 150);
    c.push_late = dice.between(0, 200);
    c.push_doubled = dice.between(0, 150);
    c.push_refused = dice.between(0, 100);
    c.push_failed = dice.between(0, 100);
    c.push_unanswered = dice.between(0, 100);
  }
  return c;
}

Passage Weather::pass(const Line& line, std::size_t size) {
  Passage p;
  p.delay = climate_.latency;
  if (climate_.jitter.count() > 0) p.delay += dice_.between(0ms, climate_.jitter);
  if (clear_) return p;
  if (dice_.per_mille(climate_.delayed)) {
    tally_.count(line.flow.reliable() ? Fault::delayed : Fault::reordered);
    p.delay += dice_.between(100ms, 2500ms);
  } else if (climate_.jitter.count() > 0) {
    tally_.count(Fault::delayed);
  }
  if (line.flow.reliable()) {
    if (!dice_.per_mille(climate_.broken)) return p;
    p.breaks = true;
    p.keep = dice_.percent(25) ? size : dice_.below(size);
    p.told = dice_.percent(60);
    p.copies = 0;
    tally_.count(p.told ? Fault::broken_in_message : Fault::broken_unseen);
    return p;
  }
  if (dice_.per_mille(climate_.lost)) {
    tally_.count(Fault::lost);
    p.copies = 0;
  } else if (dice_.per_mille(climate_.doubled)) {
    tally_.count(Fault::doubled);
    p.copies = 2;
    p.apart = dice_.percent(50) ? 0ms : dice_.between(1ms, 700ms);
  } else if (size > 8 && dice_.per_mille(climate_.truncated)) {
    tally_.count(Fault::truncated);
    p.keep = dice_.below(size);
  }
  return p;
}

Passage Weather::message(const Line& line, const std::string& bytes) {
  auto p = pass(line, bytes.size());
  if (line.flow.reliable()) {
    p.apart = dice_.percent(70) ? 0ms : dice_.between(0ms, 20ms);
  }
  if (!clear_ && dice_.per_mille(climate_.crash_at_message)) {
    tally_.count(Fault::crash_at_message);
    p.crash = true;
  }
  return p;
}

Passage Weather::delivery(const Line& line, const std::string& bytes) {
  return pass(line, bytes.size());
}

std::size_t Weather::piece(std::size_t left) {
  if (!climate_.in_pieces || left < 2 || dice_.percent(60)) return left;
  tally_.count(Fault::chopped);
  return 1 + dice_.below(left - 1);
}

bool Weather::unreachable(const Line&) {
  if (clear_ || !dice_.per_mille(climate_.unreachable)) return false;
  tally_.count(Fault::unreachable);
  return true;
}

CommitFate Weather::commit() {
  CommitFate fate;
  fate.delay = climate_.commit_time;
  if (clear_) return fate;
  if (dice_.per_mille(climate_.commit_slow)) {
    tally_.count(Fault::commit_slow);
    fate.delay += dice_.percent(50) ? dice_.between(30ms, 200ms) : dice_.between(200ms, 4000ms);
  }
  if (dice_.per_mille(climate_.commit_twice)) {
    tally_.count(Fault::commit_told_twice);
    fate.times = 2;
  }
  if (dice_.per_mille(climate_.crash_at_commit)) {
    const bool before = dice_.percent(50);
    tally_.count(before ? Fault::crash_before_commit : Fault::crash_after_commit);
    fate.crash = before ? CommitFate::Crash::before : CommitFate::Crash::after;
  } else if (dice_.per_mille(climate_.commit_failed)) {
    tally_.count(Fault::commit_failed);
    fate.ok = false;
  }
  return fate;
}

PushAnswer Weather::push(const proxy::Push& push, PushAnswer planned) {
  ++tally_.pushes;
  planned.delay = climate_.push_answer;
  if (is_dead_(push)) {
    tally_.count(Fault::push_dead);
    planned.outcome = proxy::PushOutcome::dead;
    planned.reason = "410 Gone";
    return planned;
  }
  if (dice_.per_mille(climate_.push_refused)) {
    tally_.count(Fault::push_refused);
    planned.outcome = proxy::PushOutcome::refused;
    planned.reason = "400 Bad Request";
    return planned;
  }
  auto arrives = dice_.percent(80) ? dice_.between(200ms, 2s) : dice_.between(2s, 6s);
  if (dice_.per_mille(climate_.push_late)) {
    tally_.count(Fault::push_late);
    arrives = dice_.between(10s, 25s);
  }
  if (dice_.per_mille(climate_.push_failed)) {
    // The service has it, and its answer is lost.
    tally_.count(Fault::push_failed);
    planned.outcome = proxy::PushOutcome::failed;
    planned.reason = "no answer";
    planned.delay = push.deadline;
  } else if (dice_.per_mille(climate_.push_unanswered)) {
    tally_.count(Fault::push_unanswered);
    planned.outcome.reset();
  } else if (dice_.per_mille(climate_.push_doubled)) {
    tally_.count(Fault::push_answered_twice);
    planned.times = 2;
  }
  if (dice_.per_mille(climate_.push_lost)) {
    tally_.count(Fault::push_lost);
    return planned;
  }
  arrival_(push, arrives);
  if (dice_.per_mille(climate_.push_doubled)) {
    tally_.count(Fault::push_arrives_twice);
    arrival_(push, arrives + dice_.between(0ms, 8s));
  }
  return planned;
}

}  // namespace test::sim
