#pragma once
#include <string>
#include <string_view>

#include "app/cli/command_tree.hpp"

namespace app::cli {

/// What makes `shell` (bash, zsh or fish) complete the commands of the tree, their options and the
/// values of those that have a choice.
std::string completion(const CommandTree& tree, std::string_view shell);

}  // namespace app::cli
