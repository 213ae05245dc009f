#include <iostream>

#include "app/cli/admin.hpp"
#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/token.hpp"

namespace app::cli {

int token_create(const TokenOptions& options) {
  const bool good =
      !options.name.empty() && options.name.size() <= text_bytes_max && is_plain_text(options.name);
  if (!good) throw BadUsage{"--name must be 1 to 255 bytes of UTF-8 without control characters"};
  const auto token = make_token();
  must(
      Admin::open(options.place.load().settings)->change(proxy::AddToken{options.name, token.hash}),
      options.name);
  std::cout << token.text << '\n';
  return Exit::done;
}

}  // namespace app::cli
