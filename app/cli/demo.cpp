#include "app/demo/demo.hpp"

#include <iostream>

#include "app/cli/commands.hpp"

namespace app::cli {

int demo(const DemoOptions& wanted) {
  const auto& place = wanted.place;
  app::demo::DemoOptions options;
  options.data_dir = place.data_dir;
  options.provider = wanted.provider;
  if (!place.config_file.empty()) options.log_level = place.load().settings.log_level;
  return app::demo::run_demo(options, std::cout);
}

}  // namespace app::cli
