#pragma once
#include <string>
#include <string_view>

#include "proxy/core/settings/settings.hpp"

namespace app::cli {

/// The canonical address of record (RFC 3261 section 10.3 step 5) of what somebody typed:
/// "alice@example.com", "sip:alice@example.com", or "alice" for a user of the first domain. Own
/// addresses and names mean the first domain too. `settings` as of Place::load_with_names(). Throws
/// BadUsage.
std::string read_aor(std::string_view typed, const proxy::Settings& settings);

/// What to tell somebody who adds a user that the server will not take for one of its own; empty
/// when it will.
std::string note_on_domain(std::string_view aor, const proxy::Settings& settings);

/// True when the text is UTF-8 without control characters, as names and passwords must be.
bool is_plain_text(std::string_view text);

/// Names and passwords are at most so many bytes, as over HTTP.
constexpr std::size_t text_bytes_max = 255;

}  // namespace app::cli
