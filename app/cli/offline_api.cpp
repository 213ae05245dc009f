#include "app/cli/offline_api.hpp"

#include "app/cli/exit.hpp"

#ifdef SIPWAKE_HAS_HTTP
#include <unistd.h>

#include <chrono>
#include <future>

#include "app/cli/offline.hpp"
#include "proxy/runtime/store/reader.hpp"
#include "web/api/plan.hpp"
#include "web/api/render.hpp"
#include "web/server/engine_backend.hpp"

namespace app::cli {
namespace {

namespace api = web::api;
using proxy::runtime::control::Question;
using proxy::runtime::control::Told;
using proxy::view::Refused;

/// Answers for an engine that does not run: nothing is live.
struct Asleep {
  proxy::store::Reader& reader;
  Offline& offline;

  proxy::view::Answer operator()(const proxy::view::RouteTest& test) const {
    return offline.ask(test);
  }
  proxy::view::Answer operator()(const proxy::view::LiveCalls&) const {
    return proxy::view::Calls{};
  }
  proxy::view::Answer operator()(const proxy::view::OneCall&) const {
    return Refused{404, "id", "no live call with this id"};
  }
  proxy::view::Answer operator()(const proxy::view::TrunkQuery&) const {
    return proxy::view::TrunkStates{};
  }
  proxy::view::Answer operator()(const proxy::view::RingTestQuery&) const {
    return Refused{404, "id", "this device had no ring test"};
  }
  proxy::view::Answer operator()(const proxy::view::StatusQuery&) const {
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto counts = reader.counts(now);
    proxy::view::Status status;
    status.counters.users = static_cast<std::uint64_t>(counts.users);
    status.counters.devices = static_cast<std::uint64_t>(counts.devices);
    status.counters.registrations = static_cast<std::uint64_t>(counts.registrations);
    return status;
  }
};

class OfflineApi final : public ApiDoor {
 public:
  OfflineApi(proxy::store::DataLock lock, const proxy::Settings& settings)
      : offline_{std::move(lock), settings},
        reader_{settings.data_dir},
        backend_{std::make_shared<web::server::EngineBackend>(door(), settings.data_dir, log_)} {}

  Told ask(const Question& question) override {
    auto plan = api::plan({question.method, question.target, question.content_type, question.body});
    if (auto* task = std::get_if<api::Task>(&plan)) plan = perform(std::move(*task));
    auto* reply = std::get_if<api::Reply>(&plan);
    if (reply == nullptr) throw Failed{"no server runs, so nothing happens"};
    return {reply->status, std::move(reply->content_type), std::move(reply->body)};
  }

 private:
  web::server::Door door() {
    web::server::Door door;
    door.ask = [this](const proxy::view::Query& query, const web::server::Door::Done& done) {
      done(std::visit(Asleep{reader_, offline_}, query));
    };
    door.change = [this](const proxy::Change& change, proxy::Actor actor,
                         const web::server::Door::Done& done) {
      done(offline_.change(change, std::move(actor)));
    };
    door.status = [] {
      api::Status status;
      status.version = SIPWAKE_VERSION;
      return status;
    };
    door.providers = [] { return std::vector<proxy::view::Provider>{}; };
    return door;
  }
  api::Reply perform(api::Task task) {
    std::promise<api::Answer> promise;
    auto answer = promise.get_future();
    backend_->perform(std::move(task),
                      {"command line", "uid " + std::to_string(::getuid()), api::Scope::admin},
                      [&promise](api::Answer given) { promise.set_value(std::move(given)); });
    return api::render(answer.get());
  }

  Offline offline_;
  proxy::store::Reader reader_;
  std::shared_ptr<proxy::runtime::log::Log> log_{std::make_shared<proxy::runtime::log::Log>(
      proxy::runtime::log::Format::text, proxy::Level::error, STDERR_FILENO)};
  std::shared_ptr<web::server::EngineBackend> backend_;
};

}  // namespace

std::unique_ptr<ApiDoor> open_offline_api(proxy::store::DataLock lock,
                                          const proxy::Settings& settings) {
  return std::make_unique<OfflineApi>(std::move(lock), settings);
}

}  // namespace app::cli

#else

namespace app::cli {

std::unique_ptr<ApiDoor> open_offline_api(proxy::store::DataLock, const proxy::Settings&) {
  throw Failed{"this build has no API: it can ask a running server only"};
}

}  // namespace app::cli
#endif
