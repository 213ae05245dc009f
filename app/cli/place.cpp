#include "app/cli/place.hpp"

#include <filesystem>
#include <system_error>

#include "proxy/runtime/loop/host.hpp"

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

proxy::Settings Place::load_with_names() const {
  auto settings = load().settings;
  const auto host = proxy::runtime::look_at_host();
  if (settings.domains.empty()) settings.domains = {proxy::runtime::default_domain(host)};
  settings.aliases = proxy::runtime::find_aliases(settings, host);
  for (const auto& listener : settings.listeners)
    if (const auto advertised = proxy::runtime::parse_advertise(listener.advertise.value_or("")))
      settings.aliases.push_back(advertised->host);
  return settings;
}

}  // namespace app::cli
