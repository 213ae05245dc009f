#include "app/cli/place.hpp"

#include <filesystem>
#include <system_error>

#include "proxy/runtime/loop/host.hpp"

namespace app::cli {
namespace {

constexpr const char* usual_file = "sipwake.toml";

bool is_there(const std::string& name) {
  // One that is there but cannot be read is an error and not a reason for the defaults.
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(name, error));
}

std::string this_program() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

}  // namespace

std::string packaged_config(std::string_view program) {
  return program == "/usr/bin/sipwake" ? "/etc/sipwake/sipwake.toml" : "";
}

std::string Place::file() const {
  if (!config_file.empty()) return config_file;
  if (is_there(usual_file)) return usual_file;
  const auto packaged = packaged_config(this_program());
  return is_there(packaged) ? packaged : "";
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
