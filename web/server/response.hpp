#pragma once
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>

#include "web/api/message.hpp"

namespace web::server {

using Response = boost::beast::http::response<boost::beast::http::string_body>;

/// The reply to a request that could not be read; nothing when there is nobody left to tell.
std::optional<api::Reply> unreadable(const boost::system::error_code& error);

/// With Date, the security headers and the length of the body, which `head_only` leaves out.
Response to_response(api::Reply reply, bool head_only, bool keep_alive);

/// The status line and the headers, with the blank line behind them.
std::string head_text(const Response& response);

/// The body in gzip, said in the headers.
void zip(api::Reply& reply);

}  // namespace web::server
