#include <iostream>

#include "app/cli/admin.hpp"
#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"

namespace app::cli {

int user_remove(const UserOptions& options) {
  const auto settings = options.place.load_with_names();
  const auto aor = read_aor(options.aor, settings);
  must(Admin::open(settings)->change(proxy::RemoveUser{aor}), aor);
  std::cout << "removed " << aor << '\n';
  return Exit::done;
}

}  // namespace app::cli
