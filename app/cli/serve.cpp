#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>
#include <stop_token>
#include <thread>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/running.hpp"
#include "app/cli/signals.hpp"
#include "app/cli/welcome.hpp"
#include "app/demo/demo.hpp"
#include "app/demo/webhook_receiver.hpp"

namespace app::cli {
namespace {

namespace log = proxy::runtime::log;

std::shared_ptr<log::Log> open_log(const ServeOptions& options, const proxy::Settings& settings) {
  constexpr int standard_error = 2;
  const auto format = options.log_format == "json" ? log::Format::json : log::Format::text;
  const auto level = log::parse_level(settings.log_level).value_or(proxy::Level::info);
  return std::make_shared<log::Log>(format, level, standard_error);
}

/// The demo's own push service, unless the owner has one.
std::unique_ptr<demo::WebhookReceiver> open_receiver(proxy::Settings& settings) {
  if (settings.webhook) return nullptr;
  auto receiver = std::make_unique<demo::WebhookReceiver>();
  receiver->configure(settings);
  return receiver;
}

/// What goes on beside the signals: the demo if it was asked for, then the welcome. Ends the
/// process as SIGTERM does when the server turns out not to work.
void greet(const ServeOptions& options, Running& running, demo::WebhookReceiver* receiver,
           log::Log& log, std::atomic<bool>& broken, const std::stop_token& stop) {
  try {
    if (options.demo) demo::play_demo(running.server(), receiver, std::cout, stop);
    if (!stop.stop_requested()) welcome(running, options.place, std::cout);
  } catch (const std::exception& error) {
    log.error("serve.failed", {{"why", error.what()}});
    broken = true;
    ::kill(::getpid(), SIGTERM);
  }
}

HttpOptions http_options(const proxy::config::Config& config) {
  return {config.metrics_need_token, [config](const proxy::Settings& resolved) {
            auto shown = config;
            shown.settings = resolved;
            return proxy::config::to_json(shown);
          }};
}

}  // namespace

int serve(const ServeOptions& options) {
  const Signals signals;
  const auto config = options.place.load();
  auto settings = config.settings;
  const auto log = open_log(options, settings);
  for (const auto& line : proxy::config::warnings(config))
    log->warn("config.warning", {{"text", line}});

  const auto receiver = options.demo ? open_receiver(settings) : nullptr;
  Running running{settings, log, http_options(config)};
  std::atomic<bool> broken{false};
  std::jthread greeter{[&](const std::stop_token& stop) {
    greet(options, running, receiver.get(), *log, broken, stop);
  }};
  signals.wait_for_end([&running, &log] {
    log->info("config.reload",
              {{"result", "certificates are read again; all else takes a restart"}});
    running.server().reload_certificates();
  });
  greeter.request_stop();
  greeter.join();
  return broken ? Exit::unusable : Exit::done;
}

}  // namespace app::cli
