#include "app/cli/manual.hpp"

#include <string_view>

namespace app::cli {
namespace {

/// A text that troff takes as it is: no escape, no request at the start of a line.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\n')
      out += ' ';
    else
      out += c;
  }
  if (!out.empty() && (out.front() == '.' || out.front() == '\'')) out.insert(0, "\\&");
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + plain(text) + "\\fR"; }

std::string usage_of(const CommandTree& command, const std::string& path) {
  std::string text = bold(path);
  for (const auto& option : command.options) {
    if (option.name == "-h" || option.name == "--help") continue;
    std::string one = option.argument ? italic(option.name) : bold(option.name);
    if (!option.argument && !option.takes.empty()) one += ' ' + italic(option.takes);
    text += option.required ? ' ' + one : " [" + one + ']';
  }
  return text;
}

void describe(const CommandTree& command, const std::string& path, std::string& text) {
  for (const auto& sub : command.below) describe(sub, path + ' ' + sub.name, text);
  if (!command.below.empty()) return;
  text += ".SS " + plain(path) + '\n' + usage_of(command, path) + "\n.PP\n" + plain(command.text) +
          (command.text.ends_with('.') ? "\n" : ".\n");
  for (const auto& option : command.options) {
    if (option.name == "-h" || option.name == "--help") continue;
    text += ".TP\n" + (option.argument ? italic(option.name) : bold(option.name));
    if (!option.argument && !option.takes.empty()) text += ' ' + italic(option.takes);
    text += '\n' + plain(option.text);
    for (std::size_t i = 0; i < option.choices.size(); ++i)
      text += (i == 0 ? ": " : ", ") + bold(option.choices[i]);
    text += '\n';
  }
}

}  // namespace

std::string manual_page(const CommandTree& tree) {
  const auto colon = tree.text.find(": ");
  std::string text = ".TH SIPWAKE 1 \"\" \"sipwake " SIPWAKE_VERSION "\" \"User Commands\"\n";
  text += ".SH NAME\nsipwake \\- " +
          plain(tree.text.substr(colon == std::string::npos ? 0 : colon + 2)) + '\n';
  text += ".SH SYNOPSIS\n" + bold("sipwake") + ' ' + italic("COMMAND") + " [" + italic("OPTION") +
          "]...\n";
  text +=
      ".SH DESCRIPTION\n"
      "A call for a phone that sleeps is held, the phone is woken by a push, and the call goes on "
      "when it has registered. One process, one configuration file, one SQLite database.\n"
      ".SH COMMANDS\n";
  describe(tree, tree.name, text);
  text +=
      ".SH EXIT STATUS\n"
      "0: done. 1: what was asked for failed, or something is wrong with the set\\-up. "
      "2: the command line or the configuration cannot be used.\n"
      ".SH FILES\n.TP\n" +
      italic("./sipwake.toml") +
      "\nThe configuration, unless \\fB\\-\\-config\\fR names another; " +
      bold("sipwake check --print") + " prints every setting with its comment.\n.TP\n" +
      italic("/etc/sipwake/sipwake.toml") +
      "\nThat of the packaged service, and of /usr/bin/sipwake where there is no "
      "./sipwake.toml.\n.TP\n" +
      italic("sipwake.db") + "\nIn the data folder: users, phones, calls, tokens.\n";
  return text;
}

}  // namespace app::cli
