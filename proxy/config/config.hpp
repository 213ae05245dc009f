#pragma once
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/settings/settings.hpp"

namespace proxy::config {

/// The file cannot be used. what() is one line that says where and why:
/// "sipwake.toml:12:5: unknown key 'registar' (did you mean 'registrar'?)".
class ConfigError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What the file says: the settings, and what the settings themselves do not keep.
struct Config {
  Settings settings;
  std::filesystem::path webhook_secret_file;  ///< empty: pushes are not signed
  /// Where a file is named, by its absolute path: "sipwake.toml:12:15: tls.certificate".
  std::map<std::string, std::string> named_files;
  bool metrics_need_token{false};
};

/// Every key at its default; data_dir is made absolute from the working directory.
Config defaults();

/// Reads one TOML text; `source_name` stands in errors, and its folder is where relative paths
/// start. Reads the secret files that the text names. Throws ConfigError.
Config parse(std::string_view text, std::string_view source_name);

/// parse() of a file of at most 1 MB. Throws ConfigError.
Config load(const std::filesystem::path& file);

/// Every key with its comment and resolved value, as a file that parse() reads back to the same.
/// Optional keys that are not set are shown commented out, with an example.
std::string print(const Config& config);

/// The keys that are set and their resolved values, as one line of JSON. Secrets are only ever
/// named by their file; what an URL may hide (its user, its query) is left out.
std::string to_json(const Config& config);

/// What is allowed but should be known at the start, one line each: HTTP beyond loopback, peers
/// trusted over UDP.
std::vector<std::string> warnings(const Settings& settings);
/// The same, and of what the file itself names: a webhook's secret that others may read.
std::vector<std::string> warnings(const Config& config);

}  // namespace proxy::config
