#pragma once
#include <string>
#include <string_view>

#include "proxy/config/config.hpp"

namespace app::cli {

/// --config and --data-dir, which every command takes. Empty: not given.
struct Place {
  std::string config_file;
  std::string data_dir;

  /// The file named, or else ./sipwake.toml when it is there, or else that of the package; empty:
  /// the defaults hold.
  std::string file() const;
  /// Its settings, with the data folder named. Throws proxy::config::ConfigError.
  proxy::config::Config load() const;
  /// The settings of load(), with domains and own names filled in as the server does it, so that
  /// an address of record means the same user.
  proxy::Settings load_with_names() const;
};

/// The configuration of the service that this program was installed with; empty: of none.
std::string packaged_config(std::string_view program);

}  // namespace app::cli
