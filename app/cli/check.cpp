#include <iostream>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "proxy/runtime/push/gateways.hpp"
#include "proxy/runtime/tls/files.hpp"
#include "proxy/runtime/tls/keeper.hpp"

namespace app::cli {
namespace {

/// A problem begins with the file that has it; said is where that is named, when that is known.
std::string with_place(const std::string& problem, const proxy::config::Config& config,
                       const std::string& otherwise) {
  for (const auto& [file, place] : config.named_files)
    if (problem.starts_with(file) && problem.substr(file.size()).starts_with(':'))
      return std::string{place}.append(": ").append(problem);
  return std::string{otherwise}.append(": ").append(problem);
}

}  // namespace

int check(const CheckOptions& options) {
  const auto config = options.place.load();
  const auto file = options.place.file();
  const auto name = file.empty() ? "defaults" : file;
  for (const auto& line : proxy::config::warnings(config))
    std::cerr << name << ": warning: " << line << '\n';
  auto problems = proxy::runtime::tls::problems(config.settings, proxy::runtime::tls::wall_now());
  for (auto& line : proxy::runtime::push::problems(config.settings))
    problems.push_back(std::move(line));
  for (const auto& line : problems) std::cerr << with_place(line, config, name) << '\n';
  if (!problems.empty()) return Exit::unusable;
  if (options.print)
    std::cout << proxy::config::print(config);
  else
    std::cout << name << ": ok\n";
  return Exit::done;
}

}  // namespace app::cli
