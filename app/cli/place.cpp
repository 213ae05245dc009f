#include "app/cli/place.hpp"

#include <filesystem>
#include <system_error>

namespace app::cli {
namespace {

constexpr const char* usual_file = "sipwake.toml";

}  // namespace

std::string Place::file() const {
  if (!config_file.empty()) return config_file;
  // One that is there but cannot be read is an error and not a reason for the defaults.
  std::error_code error;
  const auto found = std::filesystem::symlink_status(usual_file, error);
  return std::filesystem::exists(found) ? usual_file : "";
}

proxy::config::Config Place::load() const {
  const auto name = file();
  auto config = name.empty() ? proxy::config::defaults() : proxy::config::load(name);
  if (!data_dir.empty())
    config.settings.data_dir = std::filesystem::absolute(data_dir).lexically_normal().string();
  return config;
}

}  // namespace app::cli
