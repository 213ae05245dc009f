#pragma once
#include <string>

#include "app/cli/command_tree.hpp"

namespace app::cli {

/// The manual page of the program, as troff with the man macros.
std::string manual_page(const CommandTree& tree);

}  // namespace app::cli
