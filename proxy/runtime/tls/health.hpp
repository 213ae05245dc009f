#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "proxy/core/settings/settings.hpp"

namespace proxy::runtime::tls {

/// What somebody who asks how the server is should know of one of its certificates.
struct Finding {
  enum class Level : std::uint8_t { good, note, bad };
  Level level{Level::good};
  std::string text;  ///< one line that names the file

  bool operator==(const Finding&) const = default;
};

/// Of each certificate file: whether it can be used, is self-signed, and when it expires. Empty
/// where nothing listens for TLS. Reads the files.
std::vector<Finding> examine(const Settings& settings, std::chrono::sys_seconds now);

}  // namespace proxy::runtime::tls
