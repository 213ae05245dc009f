#include <iostream>

#include "app/cli/admin.hpp"
#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/password.hpp"

namespace app::cli {

int user_add(const UserOptions& options) {
  const auto settings = options.place.load_with_names();
  proxy::AddUser add{read_aor(options.aor, settings), "", options.display_name, "", ""};
  if (add.display_name.size() > text_bytes_max || !is_plain_text(add.display_name))
    throw BadUsage{
        "the display name must be at most 255 bytes of UTF-8 without control characters"};
  add.password = read_password(options.password, add.aor);
  must(Admin::open(settings)->change(add), add.aor);
  if (const auto note = note_on_domain(add.aor, settings); !note.empty())
    std::cerr << "note: " << note << '\n';
  std::cout << "added " << add.aor << '\n';
  return Exit::done;
}

}  // namespace app::cli
