#include <iostream>

#include "app/cli/admin.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/http.hpp"
#include "app/cli/password.hpp"

namespace app::cli {

int admin_password(const AdminOptions& options) {
  if (!has_http) throw Failed{"this build has no page"};
  constexpr std::size_t shortest = 8;
  const bool made = options.password.empty();
  const auto password = made ? make_password() : read_password(options.password, "the page");
  if (password.size() < shortest) throw BadUsage{"the password must have 8 characters or more"};
  must(Admin::open(options.place.load().settings)
           ->change(proxy::SetAdministrator{hash_password(password)}),
       "the password of the page");
  if (made) std::cout << password << '\n';
  return Exit::done;
}

}  // namespace app::cli
