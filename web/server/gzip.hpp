#pragma once
#include <string>
#include <string_view>

namespace web::server {

/// The text in the format of RFC 1952.
std::string gzip(std::string_view text);

}  // namespace web::server
