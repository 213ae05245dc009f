#include "app/cli/offline.hpp"

#include <unistd.h>

#include <chrono>
#include <utility>

namespace app::cli {
namespace {

sip::WallTime now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

Offline::Offline(proxy::store::DataLock lock, const proxy::Settings& settings)
    : lock_{std::move(lock)},
      store_{settings.data_dir, settings.durability},
      books_{std::make_shared<const proxy::Settings>(settings), store_.load(), ids_, now()} {}

proxy::view::Answer Offline::change(const proxy::Change& change) {
  return this->change(change, {"command line", "uid " + std::to_string(::getuid())});
}

proxy::view::Answer Offline::change(const proxy::Change& change, proxy::Actor actor) {
  auto outcome = books_.change(change, std::move(actor), now());
  if (outcome.changes.empty()) return std::move(outcome.answer);
  const auto why = store_.commit(outcome.changes);
  books_.settle(!why);
  if (why) return proxy::view::Refused{503, "", *why};
  return std::move(outcome.answer);
}

proxy::view::Answer Offline::ask(const proxy::view::Query& query) {
  return books_.ask(query, now());
}

}  // namespace app::cli
