#pragma once
#include <CLI/CLI.hpp>
#include <functional>

#include "app/cli/switchboard.hpp"
#include "app/cli/trunks.hpp"

namespace app::cli {

/// `sipwake trunk`, `route`, `group` and `user set` as CLI11 sees them.
class TrunkGrammar {
 public:
  /// `chosen` becomes what is to be run. Both must live as long as this.
  void add_to(CLI::App& app, std::function<int()>& chosen);

 private:
  CLI::App* command(CLI::App& above, const char* name, const char* text, Place& place,
                    std::function<int()> run);
  CLI::App* look(CLI::App& above, const char* name, const char* text, LookOptions& options,
                 int (*show)(const LookOptions&));
  void trunk_commands(CLI::App& app);
  void route_commands(CLI::App& app);
  static void add_route_options(CLI::App& sub, RouteOptions& made);
  void group_commands(CLI::App& app);
  void group_set_command(CLI::App& groups);
  void user_set_command(CLI::App& users);

  std::function<int()>* chosen_{nullptr};
  LookOptions trunks_, trunk_, routes_, route_;
  TrunkOptions new_trunk_, old_trunk_;
  RouteOptions new_route_, old_route_;
  RouteTestOptions test_;
  LookOptions groups_, group_;
  GroupOptions new_group_;
  GroupSetOptions changed_group_;
  WishOptions wishes_;
};

}  // namespace app::cli
