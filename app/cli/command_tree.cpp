#include "app/cli/command_tree.hpp"

#include <CLI/CLI.hpp>

namespace app::cli {
namespace {

/// What stands in the braces of "TEXT:{text,json}".
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  const auto begin = type.find('{');
  const auto end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return choices;
  std::string one;
  for (const char c : type.substr(begin + 1, end - begin - 1) + ',') {
    if (c != ',') {
      one += c;
    } else {
      choices.push_back(std::exchange(one, {}));
    }
  }
  return choices;
}

CommandOption read_option(const CLI::Option& option) {
  CommandOption out;
  out.argument = option.get_positional();
  out.name = option.get_name(out.argument);
  out.text = option.get_description();
  out.required = option.get_required();
  const auto type = option.get_type_name();
  if (option.get_items_expected_max() > 0) out.takes = type.substr(0, type.find_first_of(":{ "));
  out.choices = choices_in(type);
  return out;
}

}  // namespace

CommandTree read_tree(const CLI::App& app) {
  CommandTree tree{app.get_name(), app.get_description()};
  for (const auto* option : app.get_options()) tree.options.push_back(read_option(*option));
  for (const auto* sub : app.get_subcommands({})) tree.below.push_back(read_tree(*sub));
  return tree;
}

}  // namespace app::cli
