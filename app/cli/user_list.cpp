#include <iostream>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "proxy/runtime/log/escape.hpp"
#include "proxy/runtime/store/reader.hpp"

namespace app::cli {

int user_list(const Place& place) {
  using proxy::runtime::log::printable;
  constexpr std::size_t page = 1'000;
  proxy::store::Reader reader{place.load().settings.data_dir};
  std::int64_t last = 0;
  for (;;) {
    const auto users = reader.users(last, page);
    for (const auto& user : users)
      std::cout << printable(user.aor) << '\t' << printable(user.display_name)
                << (user.enabled ? "" : "\tdisabled") << '\n';
    if (users.size() < page || !std::cout) return Exit::done;
    last = users.back().id;
  }
}

}  // namespace app::cli
