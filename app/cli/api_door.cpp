#include "app/cli/api_door.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/exit.hpp"
#include "app/cli/offline_api.hpp"
#include "proxy/runtime/control/control_client.hpp"
#include "proxy/runtime/store/data_dir.hpp"

namespace app::cli {
namespace {

using proxy::runtime::control::ControlClient;
using proxy::runtime::control::ControlError;
using proxy::runtime::control::Question;
using proxy::runtime::control::Told;

class OnlineApi final : public ApiDoor {
 public:
  explicit OnlineApi(ControlClient client) : client_{std::move(client)} {}
  Told ask(const Question& question) override {
    try {
      return client_.ask(question);
    } catch (const ControlError& error) {
      throw Failed{error.what()};
    }
  }

 private:
  ControlClient client_;
};

std::unique_ptr<ApiDoor> try_open(const proxy::Settings& settings) {
  if (auto lock = proxy::store::DataLock::try_take(settings.data_dir))
    return open_offline_api(*std::move(lock), settings);
  try {
    if (auto client = ControlClient::connect(settings.data_dir))
      return std::make_unique<OnlineApi>(*std::move(client));
  } catch (const ControlError& error) {
    throw Failed{error.what()};
  }
  return nullptr;
}

/// "there is no such user (field)" of a problem document.
std::string why_of(const Told& told) {
  const auto problem = nlohmann::json::parse(told.body, nullptr, false);
  if (!problem.is_object()) return "the answer was " + std::to_string(told.status);
  const auto field = problem.value("field", "");
  return problem.value("detail", "") + (field.empty() ? "" : " (" + field + ")");
}

}  // namespace

std::unique_ptr<ApiDoor> ApiDoor::open(const proxy::Settings& settings) {
  using namespace std::chrono_literals;
  // A server that starts or stops, or another command, has the lock and no socket for a moment.
  const auto patience = std::chrono::steady_clock::now() + 5s;
  for (;;) {
    if (auto door = try_open(settings)) return door;
    if (std::chrono::steady_clock::now() >= patience)
      throw Failed{settings.data_dir + ": in use, but no server answers on its control socket"};
    std::this_thread::sleep_for(50ms);
  }
}

std::string ApiDoor::must(const Question& question) {
  auto told = ask(question);
  if (told.status < 200 || told.status >= 300) throw Failed{why_of(told)};
  return std::move(told.body);
}

std::string ApiDoor::get(const std::string& target) { return must({"GET", target, "", ""}); }
std::string ApiDoor::post(const std::string& target, const std::string& json) {
  return must({"POST", target, json.empty() ? "" : "application/json", json});
}
std::string ApiDoor::patch(const std::string& target, const std::string& json) {
  return must({"PATCH", target, "application/json", json});
}
std::string ApiDoor::events(const std::string& last) {
  return must({"GET", "/api/v1/events", "", last});
}
void ApiDoor::remove(const std::string& target) { must({"DELETE", target, "", ""}); }

}  // namespace app::cli
