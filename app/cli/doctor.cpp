#include <iostream>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "proxy/runtime/push/dry_run.hpp"
#include "proxy/runtime/tls/files.hpp"
#include "proxy/runtime/tls/keeper.hpp"

namespace app::cli {

int doctor(const Place& place) {
  const auto settings = place.load().settings;
  auto problems = proxy::runtime::tls::problems(settings, proxy::runtime::tls::wall_now());
  for (const auto& line : problems) std::cout << "bad   " << line << '\n';
  bool well = problems.empty();
  for (const auto& finding : proxy::runtime::push::dry_run(settings)) {
    std::cout << (finding.well ? "good  " : "bad   ") << finding.service << ": " << finding.text
              << '\n';
    well = well && finding.well;
  }
  const bool any = settings.webhook || !settings.apns.empty() || !settings.fcm.empty();
  if (!any) std::cout << "note  no push service is configured: sleeping phones cannot be woken\n";
  return well ? Exit::done : Exit::failed;
}

}  // namespace app::cli
