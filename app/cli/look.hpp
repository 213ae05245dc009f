#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "app/cli/api_door.hpp"
#include "app/cli/place.hpp"
#include "app/cli/table.hpp"

namespace app::cli {

// Commands that ask the API: of the running server, or of the data folder when none runs. Tables
// for people; with `json` what the API says, one object a line.

struct LookOptions {
  Place place;
  bool json{false};
  std::size_t limit{50};   ///< lines of a list; 0: all
  std::string user;        ///< lists: of this user only
  std::string state;       ///< calls: held, ringing, active or ended
  std::string platform;    ///< devices: woken by this service
  bool asleep{false};      ///< devices: those without a live registration
  std::string device;      ///< pushes: to this one
  std::string outcome;     ///< pushes: accepted, failed, withheld or pending
  std::string who;         ///< audit: a part of it
  std::string what;        ///< audit: how it begins
  std::string containing;  ///< users: a part of their address or name
  std::string id;          ///< of what is shown or done something to
};

/// Walks a list of the API page by page, to `limit` rows; 0: all.
std::vector<nlohmann::ordered_json> read_list(ApiDoor& door, const std::string& target,
                                              std::size_t limit);
/// Rows as a table, or one a line as JSON.
int print(const LookOptions& options, std::span<const TableColumn> columns,
          const std::vector<nlohmann::ordered_json>& rows);
int list(const LookOptions& options, std::span<const TableColumn> columns,
         const std::string& target);

int user_table(const LookOptions& options);
int device_list(const LookOptions& options);
int device_forget(const LookOptions& options);
int device_test(const LookOptions& options);
int call_list(const LookOptions& options);
/// The ladder of a call and its verdict; as JSON the call.
int call_show(const LookOptions& options);
int call_hangup(const LookOptions& options);
int ban_table(const LookOptions& options);
int push_log(const LookOptions& options);
int push_providers(const LookOptions& options);
int token_list(const LookOptions& options);
int token_revoke(const LookOptions& options);
int audit_list(const LookOptions& options);
int status(const LookOptions& options);
/// Shows the calls that are held, ringing or active until SIGINT, as the stream of events says that
/// they change; on a terminal in place, else a line for each that does.
int watch(const LookOptions& options);

}  // namespace app::cli
