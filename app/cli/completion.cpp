#include "app/cli/completion.hpp"

#include <functional>

namespace app::cli {
namespace {

using Visit = std::function<void(const CommandTree&, const std::string& path)>;

/// Every command with its path: "user add"; that of the program is empty.
void each(const CommandTree& tree, const std::string& path, const Visit& visit) {
  visit(tree, path);
  for (const auto& sub : tree.below)
    each(sub, path.empty() ? sub.name : path + ' ' + sub.name, visit);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

/// In single quotes, for all three shells.
std::string quoted(std::string_view text) {
  std::string out{'\''};
  for (const char c : text) out.append(c == '\'' ? std::string{"'\\''"} : std::string{c});
  return out + '\'';
}

/// What may follow a command: what is below it, its options, and the choices of its arguments.
std::vector<std::string> words_of(const CommandTree& tree) {
  std::vector<std::string> words;
  for (const auto& sub : tree.below) words.push_back(sub.name);
  for (const auto& option : tree.options)
    if (option.argument)
      words.insert(words.end(), option.choices.begin(), option.choices.end());
    else
      words.push_back(option.name);
  return words;
}

bool takes_file(const CommandTree& tree) {
  for (const auto& option : tree.options)
    if (option.argument && option.name == "file") return true;
  return false;
}

/// "PATH OPTION) ...;;" for every option with a value, and what completes it.
std::string bash_values(const CommandTree& tree) {
  std::string text;
  each(tree, "", [&](const CommandTree& command, const std::string& path) {
    for (const auto& option : command.options) {
      if (option.argument || option.takes.empty()) continue;
      const auto at = "    " + quoted(path + ' ' + option.name) + ") ";
      if (!option.choices.empty())
        text += at + "words=" + quoted(joined(option.choices)) + ";;\n";
      else if (option.takes == "FILE")
        text += at + "COMPREPLY=($(compgen -f -- \"$current\")); return;;\n";
      else if (option.takes == "DIR")
        text += at + "COMPREPLY=($(compgen -d -- \"$current\")); return;;\n";
      else
        text += at + "return;;\n";
    }
  });
  return text;
}

std::string bash(const CommandTree& tree) {
  std::string commands;
  std::string words;
  each(tree, "", [&](const CommandTree& command, const std::string& path) {
    if (!path.empty()) commands.append(commands.empty() ? "" : "|").append(quoted(path));
    words += "    " + quoted(path) + ") words=" + quoted(joined(words_of(command)));
    if (takes_file(command)) words += "; COMPREPLY=($(compgen -f -- \"$current\"))";
    words += ";;\n";
  });
  return R"(_)" + tree.name + R"(() {
  local current="${COMP_WORDS[COMP_CWORD]}" path="" words="" longer i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    longer="${path:+$path }${COMP_WORDS[i]}"
    case "$longer" in
      )" +
         commands + R"() path="$longer";;
    esac
  done
  case "$path ${COMP_WORDS[COMP_CWORD-1]}" in
)" + bash_values(tree) +
         R"(  esac
  [ -n "$words" ] || case "$path" in
)" + words +
         R"(  esac
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}
)";
}

std::string fish(const CommandTree& tree) {
  std::string known;
  std::string rules;
  each(tree, "", [&](const CommandTree& command, const std::string& path) {
    if (!path.empty()) known += ' ' + quoted(path);
    const auto rule = "complete -c " + tree.name + " -n " + quoted("__sipwake_at " + quoted(path));
    for (const auto& sub : command.below)
      rules += rule + " -f -a " + quoted(sub.name) + " -d " + quoted(sub.text) + '\n';
    for (const auto& option : command.options) {
      if (option.argument) {
        if (!option.choices.empty())
          rules += rule + " -f -a " + quoted(joined(option.choices)) + '\n';
        continue;
      }
      const bool is_short = !option.name.starts_with("--");
      rules += rule + (is_short ? " -s " + option.name.substr(1) : " -l " + option.name.substr(2));
      if (!option.choices.empty())
        rules += " -x -a " + quoted(joined(option.choices));
      else if (option.takes == "FILE" || option.takes == "DIR")
        rules += " -r -F";
      else if (!option.takes.empty())
        rules += " -x";
      rules += " -d " + quoted(option.text) + '\n';
    }
  });
  return R"(function __sipwake_at
  set -l path ''
  for word in (commandline -opc)[2..]
    set -l longer (string trim -- "$path $word")
    if contains -- "$longer")" +
         known + R"(
      set path $longer
    end
  end
  test "$path" = "$argv[1]"
end
)" + rules;
}

}  // namespace

std::string completion(const CommandTree& tree, std::string_view shell) {
  if (shell == "fish") return fish(tree);
  if (shell == "zsh")  // it is read at the first use, which is to be answered too
    return "#compdef " + tree.name + "\nautoload -Uz bashcompinit && bashcompinit\n" + bash(tree) +
           "complete -F _" + tree.name + ' ' + tree.name + "\nif [[ $funcstack[1] = _" + tree.name +
           " ]]; then _bash_complete -F _" + tree.name + "; fi\n";
  return bash(tree) + "complete -F _" + tree.name + ' ' + tree.name + '\n';
}

}  // namespace app::cli
