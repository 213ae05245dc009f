#include "tests/support/faults.hpp"

#include "tests/support/world.hpp"

namespace test {

using namespace std::chrono_literals;

Passage FaultChance::message(const Line& line, const std::string&) {
  Passage passage;
  switch (faults_.next(External::message)) {
    case Fault::lost:
      passage.copies = 0;
      passage.breaks = line.flow.reliable();
      break;
    case Fault::doubled:
      passage.copies = 2;
      break;
    case Fault::late:
      passage.delay = line.flow.reliable() ? 0ms : 2s;
      break;
    case Fault::crash:
      passage.crash = true;
      break;
    case Fault::failed:
    case Fault::none:
      break;
  }
  return passage;
}

Passage FaultChance::delivery(const Line& line, const std::string&) {
  Passage passage;
  if (faults_.next(External::delivery) != Fault::lost) return passage;
  passage.copies = 0;
  passage.breaks = line.flow.reliable();
  return passage;
}

CommitFate FaultChance::commit() {
  CommitFate fate;
  switch (faults_.next(External::commit)) {
    case Fault::late:
      fate.delay = 3s;
      break;
    case Fault::doubled:
      fate.times = 2;
      break;
    case Fault::failed:
      fate.ok = false;
      break;
    case Fault::lost:
    case Fault::crash:
    case Fault::none:
      break;
  }
  return fate;
}

PushAnswer FaultChance::push(const proxy::Push&, PushAnswer planned) {
  switch (faults_.next(External::push)) {
    case Fault::lost:
      planned.outcome.reset();
      break;
    case Fault::doubled:
      planned.times = 2;
      break;
    case Fault::failed:
      planned.outcome = proxy::PushOutcome::failed;
      break;
    case Fault::late:
      planned.delay += 10s;
      break;
    case Fault::crash:
    case Fault::none:
      break;
  }
  return planned;
}

}  // namespace test
