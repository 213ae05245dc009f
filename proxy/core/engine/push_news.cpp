#include "proxy/core/engine/push_news.hpp"

namespace proxy {
namespace {

constexpr std::size_t result_max = 128;

}  // namespace

std::string result_of(const PushDone& done) {
  std::string_view outcome = "accepted";
  if (done.outcome == PushOutcome::accepted) return std::string{outcome};
  outcome = "failed: ";
  if (done.outcome == PushOutcome::dead) outcome = "dead: ";
  if (done.outcome == PushOutcome::refused) outcome = "refused: ";
  return std::string{outcome}.append(done.reason).substr(0, result_max);
}

void learn_from_push(Core& core, std::int64_t device, const PushDone& done, sip::WallTime asked) {
  auto* entry = core.directory.device(device);
  if (!entry) return;
  record::Device& row = entry->row;
  row.last_push = core.now.wall;
  row.last_result = result_of(done);
  // What was asked with an older token says nothing of this one.
  const bool newer = row.last_register > done.dead_since.value_or(asked);
  if (done.sandbox && row.last_register <= asked)
    row.environment =
        *done.sandbox ? record::Environment::sandbox : record::Environment::production;
  if (done.outcome == PushOutcome::dead && !newer) {
    row.token_dead = done.reason.empty() ? "dead" : done.reason;
    row.token_dead_at = core.now.wall;
  }
  core.write(row);
}

}  // namespace proxy
