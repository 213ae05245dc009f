#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace web::api {

/// "alice@example.com" from "alice@Example.COM" or "sip:alice@example.com": no scheme, host in
/// lower case, the user part as it is (RFC 3261 section 19.1.4). Nothing when it is no address of
/// record.
std::optional<std::string> canonical_aor(std::string_view text);

}  // namespace web::api
