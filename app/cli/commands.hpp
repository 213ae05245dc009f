#pragma once
#include <string>
#include <vector>

#include "app/cli/place.hpp"

namespace app::cli {

// One function a command, each in a file of its name. They return the exit status and throw what
// exit.hpp says; results go to standard output, everything else to standard error.

struct ServeOptions {
  Place place;
  bool demo{false};
  std::string log_format{"text"};  ///< "text" or "json"
};
/// Runs the server until SIGINT or SIGTERM.
int serve(const ServeOptions& options);

struct CheckOptions {
  Place place;
  bool print{false};
};
/// Says whether the configuration can be used; prints all of it when asked to.
int check(const CheckOptions& options);

struct DoctorOptions {
  Place place;
  bool pbx{false};  ///< ask the PBX too
};
/// Says how the set-up is, one line a finding, and asks every push service whether it takes our
/// credentials, which wakes nobody; Exit::failed when one finding is bad.
int doctor(const DoctorOptions& options);

struct DemoOptions {
  Place place;
  std::string provider;  ///< "webhook", "apns", "fcm" or "webpush": its pushes are shown
};
/// Plays the main job with built-in phones.
int demo(const DemoOptions& options);

struct UserOptions {
  Place place;
  std::string aor;
  std::string password;  ///< "" and "-": asked for
  std::string display_name;
};
int user_add(const UserOptions& options);
int user_password(const UserOptions& options);
int user_remove(const UserOptions& options);
/// One line a user: address of record, and behind a tab each the name and "disabled".
int user_list(const Place& place);

struct ImportOptions {
  Place place;
  std::string file;
};
int user_import(const ImportOptions& options);

struct TokenOptions {
  Place place;
  std::string name;
  std::string scope{"admin"};
  std::string expires;  ///< "30d"; empty: never
};
/// Prints the new token alone.
int token_create(const TokenOptions& options);

struct AdminOptions {
  Place place;
  std::string password;  ///< "": made up and printed; "-": asked for
};
/// Sets the password of the page.
int admin_password(const AdminOptions& options);

struct BanOptions {
  Place place;
  std::string address;  ///< lifting: or the id
  std::string reason;
  std::string duration;  ///< "1h"; empty: a day
};
/// One line a ban that holds: id, address, when it ends, how many times, and why.
int ban_list(const Place& place);
int ban_add(const BanOptions& options);
int ban_lift(const BanOptions& options);

struct RecipeOptions {
  Place place;
  std::string name;  ///< of the PBX; "": which there are
  std::vector<std::string> extensions;
  std::string pbx, sipwake, domain, transport;  ///< "": as configured
  bool csv{false};                              ///< the accounts instead of the recipe
};
/// Prints how to put sipwake in front of a PBX, for the owner's own values.
int recipe_show(const RecipeOptions& options);

int version();

}  // namespace app::cli
