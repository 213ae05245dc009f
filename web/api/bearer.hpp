#pragma once
#include <optional>
#include <string_view>

namespace web::api {

/// The token in an Authorization value, "Bearer TOKEN" (RFC 6750 section 2.1); nothing for another
/// scheme or a token with characters that none has. A view into `authorization`.
std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace web::api
