#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/settings/settings.hpp"

namespace app::cli {

/// The users of a CSV file, or why it cannot be imported.
struct UserFile {
  std::vector<proxy::AddUser> users;
  std::vector<std::size_t> lines;   ///< of the users, for later errors
  std::vector<std::string> errors;  ///< "users.csv:12: why", the first 20
  std::size_t bad_rows{0};
  std::string unused_columns;  ///< named by the header and not needed: "id, ha1b"
};

/// Reads rows of aor,password,display_name; or a header line that names the columns in any order:
/// aor (or username and domain), password, ha1, ha1_sha256, ha1_sha512_256, display_name, as
/// Kamailio's subscriber table is exported, or extension, secret and name, as FreePBX exports its
/// extensions. An ha1 stands for a password whose realm is the domain.
/// Every row is checked.
UserFile read_users(const std::string& text, const std::string& file_name,
                    const proxy::Settings& settings);

}  // namespace app::cli
