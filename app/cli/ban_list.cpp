#include <chrono>
#include <ctime>
#include <iostream>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "proxy/runtime/log/escape.hpp"
#include "proxy/runtime/store/reader.hpp"

namespace app::cli {
namespace {

using proxy::record::WallTime;

/// "2026-03-01T12:00:00Z".
std::string utc(WallTime at) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  std::tm parts{};
  char text[32];
  if (gmtime_r(&seconds, &parts) == nullptr) return "?";
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

int ban_list(const Place& place) {
  using proxy::runtime::log::printable;
  constexpr std::size_t page = 1'000;
  proxy::store::Reader reader{place.load().settings.data_dir};
  const WallTime now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  std::int64_t last = 0;
  for (;;) {
    const auto bans = reader.bans(now, last, page);
    for (const auto& ban : bans)
      std::cout << ban.id << '\t' << printable(ban.address) << "\tuntil " << utc(ban.expires_at)
                << "\tban " << ban.count << '\t' << printable(ban.reason) << '\n';
    if (bans.size() < page || !std::cout) return Exit::done;
    last = bans.back().id;
  }
}

}  // namespace app::cli
