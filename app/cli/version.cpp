#include <iostream>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"

namespace app::cli {

int version() {
  std::cout << "sipwake " SIPWAKE_VERSION "\n";
  return Exit::done;
}

}  // namespace app::cli
