#include "app/cli/admin.hpp"

#include <chrono>
#include <thread>

#include "app/cli/exit.hpp"
#include "app/cli/offline.hpp"
#include "proxy/runtime/control/control_client.hpp"
#include "proxy/runtime/store/data_dir.hpp"

namespace app::cli {
namespace {

using proxy::runtime::control::ControlClient;
using proxy::runtime::control::ControlError;

class Online final : public Admin {
 public:
  explicit Online(ControlClient client) : client_{std::move(client)} {}

  proxy::view::Answer change(const proxy::Change& change) override {
    try {
      return client_.change(change);
    } catch (const ControlError& error) {
      throw Failed{error.what()};
    }
  }

 private:
  ControlClient client_;
};

std::unique_ptr<Admin> try_open(const proxy::Settings& settings) {
  if (auto lock = proxy::store::DataLock::try_take(settings.data_dir))
    return std::make_unique<Offline>(*std::move(lock), settings);
  try {
    if (auto client = ControlClient::connect(settings.data_dir))
      return std::make_unique<Online>(*std::move(client));
  } catch (const ControlError& error) {
    throw Failed{error.what()};
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<Admin> Admin::open(const proxy::Settings& settings) {
  using namespace std::chrono_literals;
  // A server that starts or stops, or another command, has the lock and no socket for a moment.
  const auto patience = std::chrono::steady_clock::now() + 5s;
  for (;;) {
    if (auto admin = try_open(settings)) return admin;
    if (std::chrono::steady_clock::now() >= patience)
      throw Failed{settings.data_dir + ": in use, but no server answers on its control socket"};
    std::this_thread::sleep_for(50ms);
  }
}

void must(const proxy::view::Answer& answer, const std::string& subject) {
  if (const auto* refused = std::get_if<proxy::view::Refused>(&answer))
    throw Failed{subject + ": " + refused->why};
}

}  // namespace app::cli
