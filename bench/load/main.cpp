#include <exception>
#include <iostream>
#include <memory>

#include "app/demo/webhook_receiver.hpp"
#include "bench/load/run.hpp"

namespace {

nlohmann::ordered_json play(bench::Run& run, const bench::Options& options) {
  switch (options.mode) {
    case bench::Mode::reg:
    case bench::Mode::refresh:
      return bench::run_reg(run, options);
    case bench::Mode::options:
      return bench::run_options(run, options);
    case bench::Mode::call:
      return bench::run_call(run, options);
    case bench::Mode::pend:
      return bench::run_pend(run, options);
    case bench::Mode::late:
      return bench::run_late(run, options);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Options options = bench::read_options(argc, argv);
  try {
    std::unique_ptr<app::demo::WebhookReceiver> pushes;
    if (options.webhook_port != 0)
      pushes = std::make_unique<app::demo::WebhookReceiver>(std::string{}, options.webhook_port);
    bench::Run run{options};
    const auto result = play(run, options);
    std::cout << result.dump() << '\n';
    return result["failed"] == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "sipwake-load: " << error.what() << '\n';
    return 2;
  }
}
