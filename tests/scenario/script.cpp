#include "tests/scenario/script.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>

namespace test {

const Option* Command::option(std::string_view key) const {
  for (const auto& option : options)
    if (option.key == key) return &option;
  return nullptr;
}

std::string Command::value(std::string_view key, std::string fallback) const {
  const auto* found = option(key);
  return found != nullptr ? found->value : std::move(fallback);
}

bool Command::has_word(std::string_view word) const {
  return std::find(words.begin(), words.end(), word) != words.end();
}

sip::Duration parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  constexpr std::array<std::pair<std::string_view, double>, 4> units{
      {{"ms", 1.0}, {"s", 1000.0}, {"m", 60'000.0}, {"h", 3'600'000.0}}};
  for (const auto& [name, factor] : units)
    if (error == std::errc{} && unit == name)
      return sip::Duration{static_cast<sip::Duration::rep>(number * factor + 0.5)};
  throw ScriptError{"not a duration: " + std::string{text}};
}

namespace {

/// A word of the line with its quotes taken off, and where its first operator outside them is.
struct Token {
  std::string text;
  std::size_t op{std::string::npos};
};

bool starts_comment(std::string_view rest) {
  return rest[0] == '#' && (rest.size() == 1 || rest[1] == ' ' || rest[1] == '#');
}

Token take_token(std::string_view& rest) {
  Token token;
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (c == '\\' && at + 1 < rest.size()) {
      token.text += rest[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && std::isspace(static_cast<unsigned char>(c)) != 0) {
      break;
    } else {
      const bool op = !quoted && token.op == std::string::npos && !token.text.empty();
      if (op && (c == '=' || c == '~')) token.op = token.text.size();
      token.text += c;
    }
  }
  if (quoted) throw ScriptError{"a quote is not closed"};
  rest.remove_prefix(at);
  return token;
}

std::vector<Token> tokens_of(std::string_view rest) {
  std::vector<Token> tokens;
  for (;;) {
    while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest[0])) != 0)
      rest.remove_prefix(1);
    if (rest.empty() || starts_comment(rest)) return tokens;
    tokens.push_back(take_token(rest));
  }
}

void read_time(Command& command, std::string_view text, sip::Duration& clock) {
  text.remove_prefix(1);
  if (text.starts_with('<')) {
    command.lax = true;
    text.remove_prefix(1);
  }
  const bool relative = text.starts_with('+');
  if (relative) text.remove_prefix(1);
  const auto when = parse_duration(text) + (relative ? clock : sip::Duration{0});
  if (when < clock) throw ScriptError{"time goes backwards"};
  clock = when;
  command.at = when;
}

std::optional<Command> read_line(std::string_view text, sip::Duration& clock) {
  auto tokens = tokens_of(text);
  if (tokens.empty()) return std::nullopt;
  Command command;
  std::size_t next = 0;
  if (tokens[0].text.starts_with('@')) read_time(command, tokens[next++].text, clock);
  if (next < tokens.size()) command.verb = tokens[next++].text;
  for (; next < tokens.size(); ++next) {
    auto& [word, op] = tokens[next];
    if (op == std::string::npos)
      command.words.push_back(std::move(word));
    else
      command.options.push_back({word.substr(0, op), word[op], word.substr(op + 1)});
  }
  constexpr std::array<std::string_view, 16> verbs{
      "",      ">",    "<",     "x",      "!",   "phone",      "peer",  "trunk",
      "route", "user", "group", "config", "dns", "registered", "check", "end"};
  if (std::find(verbs.begin(), verbs.end(), command.verb) == verbs.end())
    throw ScriptError{"unknown verb " + command.verb};
  return command;
}

}  // namespace

Script read_script(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) throw ScriptError{"cannot read " + file.string()};
  Script script{file.stem().string(), file.filename().string(), {}};
  sip::Duration clock{0};
  std::string text;
  for (int line = 1; std::getline(in, text); ++line) {
    try {
      if (auto command = read_line(text, clock)) {
        command->line = line;
        command->text = text;
        script.commands.push_back(std::move(*command));
      }
    } catch (const ScriptError& error) {
      throw ScriptError{script.file + ":" + std::to_string(line) + ": " + error.what()};
    }
  }
  return script;
}

std::vector<Script> read_scripts(const std::filesystem::path& folder) {
  std::vector<Script> scripts;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    if (entry.path().extension() == ".scn") scripts.push_back(read_script(entry.path()));
  std::sort(scripts.begin(), scripts.end(),
            [](const Script& a, const Script& b) { return a.name < b.name; });
  return scripts;
}

}  // namespace test
