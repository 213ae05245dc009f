#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "web/api/message.hpp"

namespace web::api {

/// The strong validator of a version (RFC 9110 section 8.8.3), in its quotes.
std::string etag(std::uint64_t version);

/// The versions If-Match asks for; empty: any ("*", or no header). What is no tag of ours stands as
/// 0, which nothing has.
std::vector<std::uint64_t> wanted_versions(std::string_view if_match);

/// 304 without a body when the reply to a GET or HEAD is what the client has (RFC 9110 section
/// 13.1.2).
Reply unless_known(const Request& request, Reply reply);

}  // namespace web::api
