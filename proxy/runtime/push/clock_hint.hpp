#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/base/time.hpp"

namespace proxy::runtime::push {

/// A Date header field in the form that senders must use: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110
/// section 5.6.7). Nothing for anything else.
std::optional<sip::WallTime> read_http_date(std::string_view text);

/// "this machine's clock is 7 min ahead of the service's" when it is more than 30 s off; else
/// empty.
std::string clock_words(sip::Duration ahead);

/// The same behind a semicolon, as far as the answer's Date tells.
std::string clock_hint(std::string_view date, sip::WallTime now);

}  // namespace proxy::runtime::push
