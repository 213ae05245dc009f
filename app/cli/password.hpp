#pragma once
#include <string>
#include <string_view>

namespace app::cli {

/// The password for somebody: `given` as it stands, or for "" and "-" one asked for: twice and
/// unseen on a terminal, else the first line of standard input. Throws BadUsage for one that is
/// empty, longer than 255 bytes or not plain text.
std::string read_password(std::string_view given, std::string_view aor);

}  // namespace app::cli
