#pragma once
#include <optional>
#include <string_view>

#include "web/api/message.hpp"

namespace web::api {

/// What stands at "/": the status page, or where things are in a build without it. No data.
Reply home_page(std::string_view accept_encoding);
/// A file of the page; its name changes with its bytes, so it may be kept for ever.
std::optional<Reply> page_file(std::string_view name, std::string_view accept_encoding);

}  // namespace web::api
