#pragma once
#include <cstddef>
#include <string>

#include "app/cli/place.hpp"

namespace app::cli {

// Commands that ask the API: of the running server, or of the data folder when none runs. Tables
// for people; with `json` what the API says, one object a line.

struct LookOptions {
  Place place;
  bool json{false};
  std::size_t limit{50};  ///< lines of a list; 0: all
  std::string user;       ///< lists: of this user only
  std::string state;      ///< calls: held, ringing, active or ended
  std::string id;         ///< of what is shown or done something to
};

int user_table(const LookOptions& options);
int device_list(const LookOptions& options);
int device_forget(const LookOptions& options);
int device_test(const LookOptions& options);
int call_list(const LookOptions& options);
/// The ladder of a call and its verdict; as JSON the call.
int call_show(const LookOptions& options);
int call_hangup(const LookOptions& options);
int push_log(const LookOptions& options);
int push_providers(const LookOptions& options);
int token_list(const LookOptions& options);
int token_revoke(const LookOptions& options);
int audit_list(const LookOptions& options);
int status(const LookOptions& options);
/// Shows the calls that are held, ringing or active until SIGINT; on a terminal in place, else a
/// line for each that changes.
int watch(const LookOptions& options);

}  // namespace app::cli
