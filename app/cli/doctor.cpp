#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/probe/pbx.hpp"
#include "proxy/runtime/control/control_client.hpp"
#include "proxy/runtime/log/escape.hpp"
#include "proxy/runtime/push/dry_run.hpp"
#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/reader.hpp"
#include "proxy/runtime/tls/health.hpp"
#include "proxy/runtime/tls/keeper.hpp"

namespace app::cli {
namespace {

using proxy::runtime::tls::Finding;
using Level = Finding::Level;

std::string_view word(Level level) {
  return level == Level::good ? "good  " : level == Level::note ? "note  " : "bad   ";
}

Finding look_at_server(const proxy::Settings& settings) {
  using proxy::runtime::control::ControlClient;
  try {
    if (ControlClient::connect(settings.data_dir))
      return {Level::good, settings.data_dir + ": a server runs"};
  } catch (const proxy::runtime::control::ControlError& error) {
    return {Level::bad, error.what()};
  }
  return {Level::note, settings.data_dir + ": no server runs"};
}

/// Trunks that are to be known by a certificate that nobody is asked for.
void look_at_trunks(const proxy::Settings& settings, std::vector<Finding>& found) {
  constexpr std::size_t all_of_them = 1'000;
  std::error_code unknown;
  if (!std::filesystem::exists(proxy::store::database_path(settings.data_dir), unknown)) return;
  const bool listens = std::ranges::any_of(settings.listeners, [](const auto& one) {
    return one.transport == sip::Transport::tls || one.transport == sip::Transport::wss;
  });
  const std::string_view lack = settings.tls.client_ca.empty() ? "[tls] has no client_ca"
                                : !listens                     ? "no [[listen]] has TLS"
                                                               : "";
  if (lack.empty()) return;
  try {
    for (const auto& trunk : proxy::store::Reader{settings.data_dir}.trunks(0, all_of_them))
      if (trunk.enabled && !trunk.inbound_certificate.empty())
        found.push_back({Level::bad, "trunk " + trunk.name + ": cannot show its certificate, for " +
                                         std::string{lack}});
  } catch (const proxy::store::StoreError& error) {
    found.push_back({Level::bad, error.what()});
  }
}

void ask_push_services(const proxy::Settings& settings, std::vector<Finding>& found) {
  if (!settings.webhook && settings.apns.empty() && settings.fcm.empty() && !settings.webpush)
    found.push_back(
        {Level::note, "no push service is configured: sleeping phones cannot be woken"});
  for (const auto& one : proxy::runtime::push::dry_run(settings))
    found.push_back({one.well ? Level::good : Level::bad, one.service + ": " + one.text});
}

}  // namespace

int doctor(const DoctorOptions& options) {
  const auto config = options.place.load();
  const auto name = options.place.file().empty() ? "defaults" : options.place.file();
  std::vector<Finding> found{{Level::good, name + ": can be used"}};
  for (const auto& line : proxy::config::warnings(config))
    found.push_back({Level::note, std::string{name}.append(": ").append(line)});
  found.push_back(look_at_server(config.settings));
  for (auto& one : proxy::runtime::tls::examine(config.settings, proxy::runtime::tls::wall_now()))
    found.push_back(std::move(one));
  look_at_trunks(config.settings, found);
  ask_push_services(config.settings, found);
  if (options.pbx) {
    for (auto& one : probe::ask_pbx(config.settings)) found.push_back(std::move(one));
  }
  bool bad = false;
  for (const auto& one : found) {
    std::cout << word(one.level) << proxy::runtime::log::printable(one.text) << '\n';
    bad = bad || one.level == Level::bad;
  }
  return bad ? Exit::failed : Exit::done;
}

}  // namespace app::cli
