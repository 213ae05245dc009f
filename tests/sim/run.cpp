#include "tests/sim/run.hpp"

#include "proxy/core/story/story.hpp"
#include "tests/sim/stage.hpp"

namespace test::sim {

namespace {

std::string ladders_of(const MemoryStore& store) {
  std::string text;
  const auto name = [&](std::int64_t id) -> std::string {
    const auto device = store.devices.find(id);
    if (device == store.devices.end()) return "a phone";
    const auto& instance = device->second.instance;
    return "party " + instance.substr(instance.size() - std::min<std::size_t>(instance.size(), 2));
  };
  for (const auto& [id, call] : store.calls) {
    const auto timeline = proxy::record::decode(call.timeline);
    text += "call " + call.call_id + " to " + call.callee + "\n";
    if (timeline) text += proxy::story::ladder(call, *timeline, name) + "\n";
  }
  return text;
}

}  // namespace

Outcome run(std::uint64_t seed, Reach& reach, Keep keep) {
  Outcome outcome;
  Stage stage{seed, outcome.tally, reach};
  stage.world().trace().record(keep == Keep::everything);
  stage.play();
  outcome.tally.seeds = 1;
  outcome.violations = stage.watch().violations();
  outcome.hash = stage.watch().hash();
  if (keep == Keep::everything) {
    outcome.trace = stage.world().trace().text();
    outcome.ladders = ladders_of(stage.world().store());
  }
  return outcome;
}

}  // namespace test::sim
