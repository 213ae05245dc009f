#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace app::cli {

/// One option or argument of a command, as it is explained.
struct CommandOption {
  std::string name;  ///< "--config", or "aor" of an argument
  std::string text;
  std::string takes;  ///< "FILE", "DIR", "TEXT"; empty: a flag
  std::vector<std::string> choices{};
  bool argument{false};  ///< known by its place
  bool required{false};
};

/// A command with what is below it; the first is the program.
struct CommandTree {
  std::string name;
  std::string text;
  std::vector<CommandOption> options{};
  std::vector<CommandTree> below{};
};

/// What CLI11 knows.
CommandTree read_tree(const CLI::App& app);

}  // namespace app::cli
