#include <iostream>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"

namespace app::cli {

int check(const CheckOptions& options) {
  const auto config = options.place.load();
  const auto file = options.place.file();
  const auto name = file.empty() ? "defaults" : file;
  for (const auto& line : proxy::config::warnings(config.settings))
    std::cerr << name << ": warning: " << line << '\n';
  if (options.print)
    std::cout << proxy::config::print(config);
  else
    std::cout << name << ": ok\n";
  return Exit::done;
}

}  // namespace app::cli
