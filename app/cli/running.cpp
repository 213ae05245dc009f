#include "app/cli/running.hpp"

#include <future>
#include <utility>

namespace app::cli {

Running::Running(const proxy::Settings& settings,
                 const std::shared_ptr<proxy::runtime::log::Log>& log)
    : server_{settings, log},
      control_{server_.edge(), server_.settings().data_dir,
               [this](proxy::Change change, std::function<void(proxy::view::Answer)> done) {
                 server_.change(std::move(change), std::move(done));
               }},
      http_{server_, settings.http_address, log} {
  server_.start();
}

Running::~Running() {
  http_.stop();
  server_.stop();
}

proxy::view::Answer Running::change(const proxy::Change& change) {
  // Shared, because the answer may come when nobody waits any more.
  const auto promise = std::make_shared<std::promise<proxy::view::Answer>>();
  auto answer = promise->get_future();
  server_.change(change, [promise](proxy::view::Answer a) { promise->set_value(std::move(a)); });
  return answer.get();
}

}  // namespace app::cli
