#include <iostream>

#include "app/cli/admin.hpp"
#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "proxy/config/duration.hpp"

namespace app::cli {

int ban_add(const BanOptions& options) {
  proxy::AddBan add{options.address, options.reason, std::nullopt};
  if (options.reason.size() > text_bytes_max || !is_plain_text(options.reason))
    throw BadUsage{"--reason must be at most 255 bytes of UTF-8 without control characters"};
  if (!options.duration.empty()) {
    add.duration = proxy::config::parse_duration(options.duration);
    if (!add.duration) throw BadUsage{"--for must be a time such as 10m, 1h or 30d"};
  }
  must(Admin::open(options.place.load().settings)->change(add), options.address);
  std::cout << "banned " << options.address << '\n';
  return Exit::done;
}

}  // namespace app::cli
