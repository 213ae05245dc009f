#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace web::api {

/// The session's secret in a Cookie value (RFC 6265 section 4.2); empty when there is none, or more
/// than one.
std::string session_of(std::string_view cookie);

/// Values of Set-Cookie: not for scripts, not from other sites.
std::string session_cookie(std::string_view secret, std::int64_t lifetime_s);
std::string no_session_cookie();

}  // namespace web::api
