#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/base/time.hpp"

namespace web::api {

/// Keeps the order in which members were written, so that replies read as documented.
using Json = nlohmann::ordered_json;

/// One line of JSON and a newline. Bytes that are no UTF-8 become U+FFFD; never throws for them.
std::string dump(const Json& value);

/// RFC 3339 in UTC with milliseconds: "2024-02-29T12:00:00.042Z". Years outside 0..9999 are
/// clamped.
std::string rfc3339(sip::WallTime time);

/// Reads RFC 3339 with any offset; fractions beyond milliseconds are cut off.
std::optional<sip::WallTime> parse_rfc3339(std::string_view text);

/// The texts and times that may be missing: null then.
Json time_or_null(const std::optional<sip::WallTime>& time);
Json text_or_null(const std::string& text);

}  // namespace web::api
