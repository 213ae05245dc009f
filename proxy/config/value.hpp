#pragma once
#include <toml++/toml.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/config.hpp"

namespace proxy::config {

/// The file being read: its name in errors and the folder its relative paths start from.
struct Source {
  std::string name;
  std::filesystem::path folder;
  std::map<std::string, std::string>& named_files;  ///< as in Config
};

/// "sipwake.toml:12:5: why".
[[noreturn]] void fail_at(const Source& source, const toml::source_region& place,
                          const std::string& why);

/// One value of the file together with its place and its full name, so that every refusal points
/// at it. Lives no longer than the parsed document.
class Value {
 public:
  Value(const toml::node& node, const Source& source, std::string name);

  std::string text() const;
  bool flag() const;
  bool is_flag() const { return node_.is_boolean(); }
  std::int64_t number(std::int64_t least, std::int64_t most) const;
  std::chrono::milliseconds duration(std::chrono::milliseconds least,
                                     std::chrono::milliseconds most) const;
  /// As duration(), and refuses parts of a second.
  std::chrono::seconds seconds(std::chrono::seconds least, std::chrono::seconds most) const;
  /// The entries of a list of texts, each with its own place; at most 1,000.
  std::vector<Value> list() const;
  /// Absolute; a relative one starts from the folder of the file. The place is kept.
  std::filesystem::path path() const;
  /// A key of this table.
  std::optional<Value> child(std::string_view key) const;

  /// Throws ConfigError at this place: "wake.timeout " + why.
  [[noreturn]] void fail(const std::string& why) const;

 private:
  const toml::node& node_;
  const Source& source_;
  std::string name_;
};

}  // namespace proxy::config
