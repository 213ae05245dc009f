#include <chrono>
#include <iostream>

#include "app/cli/admin.hpp"
#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "proxy/config/duration.hpp"
#include "proxy/runtime/loop/token.hpp"

namespace app::cli {

int token_create(const TokenOptions& options) {
  const bool good =
      !options.name.empty() && options.name.size() <= text_bytes_max && is_plain_text(options.name);
  if (!good) throw BadUsage{"--name must be 1 to 255 bytes of UTF-8 without control characters"};
  proxy::AddToken add{options.name, "", proxy::record::parse_scope(options.scope).value(), {}};
  if (!options.expires.empty()) {
    const auto lifetime = proxy::config::parse_duration(options.expires);
    if (!lifetime || lifetime->count() <= 0)
      throw BadUsage{"--expires must be a time such as 12h or 30d"};
    add.expires_at =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + *lifetime;
  }
  const auto token = proxy::runtime::make_token();
  add.hash = token.hash;
  must(Admin::open(options.place.load().settings)->change(add), options.name);
  std::cout << token.text << '\n';
  return Exit::done;
}

}  // namespace app::cli
