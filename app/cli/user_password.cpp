#include <iostream>

#include "app/cli/admin.hpp"
#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/password.hpp"

namespace app::cli {

int user_password(const UserOptions& options) {
  const auto settings = options.place.load_with_names();
  const auto aor = read_aor(options.aor, settings);
  proxy::ChangeUser change{aor, read_password(options.password, aor), std::nullopt, std::nullopt};
  must(Admin::open(settings)->change(change), aor);
  std::cout << "changed " << aor << '\n';
  return Exit::done;
}

}  // namespace app::cli
