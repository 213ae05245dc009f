#pragma once
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sipstack/base/time.hpp"

namespace test {

/// "key=value" (equal) or "key~value" (contains).
struct Option {
  std::string key;
  char op{'='};
  std::string value;
};

/// One line of a script; tests/scenario/README.md says what may be written.
struct Command {
  int line{0};
  std::string text;
  std::optional<sip::Duration> at;  ///< absolute, since the start
  bool lax{false};                  ///< "@<7s": what came on the way there may be read too
  std::string verb;                 ///< "> < x !", "phone peer config registered end" or ""
  std::vector<std::string> words;
  std::vector<Option> options;

  const Option* option(std::string_view key) const;
  std::string value(std::string_view key, std::string fallback = {}) const;
  bool has_word(std::string_view word) const;
  std::string word(std::size_t index) const { return index < words.size() ? words[index] : ""; }
};

struct Script {
  std::string name;
  std::string file;
  std::vector<Command> commands;
};

/// A script that cannot be read, or a run that did not do what it says.
class ScriptError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws ScriptError with the line.
Script read_script(const std::filesystem::path& file);
/// "30s", "1.5s", "500ms", "2m", "1h". Throws ScriptError.
sip::Duration parse_duration(std::string_view text);
/// All scripts below a folder, by name.
std::vector<Script> read_scripts(const std::filesystem::path& folder);

}  // namespace test
