#include "web/server/response.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <sstream>

#include "web/api/problem.hpp"
#include "web/server/date.hpp"
#include "web/server/gzip.hpp"

namespace web::server {

namespace http = boost::beast::http;
using boost::system::error_code;

std::optional<api::Reply> unreadable(const error_code& error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message)
    return std::nullopt;
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return api::to_reply({431, "the head of this request is too long", ""});
  if (error == http::error::body_limit)
    return api::to_reply({413, "the body of this request is too long", ""});
  if (error.category() == http::make_error_code(http::error::bad_method).category())
    return api::to_reply({400, "this is no HTTP/1.1 request", ""});
  return std::nullopt;
}

Response to_response(api::Reply reply, bool head_only, bool keep_alive) {
  Response response{static_cast<http::status>(reply.status), 11};
  response.set(http::field::date, http_date(std::chrono::system_clock::now()));
  response.set("X-Content-Type-Options", "nosniff");
  response.set(http::field::x_frame_options, "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Content-Security-Policy",
               "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  response.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  if (!reply.content_type.empty()) response.set(http::field::content_type, reply.content_type);
  // 204 has no Content-Length (RFC 9110 section 8.6), 304 need not; a reply to HEAD has that of
  // GET.
  if (reply.status != 204 && reply.status != 304) response.content_length(reply.body.size());
  if (!head_only) response.body() = std::move(reply.body);
  response.keep_alive(keep_alive);
  return response;
}

void zip(api::Reply& reply) {
  reply.body = gzip(reply.body);
  reply.headers.emplace_back("Content-Encoding", "gzip");
  reply.headers.emplace_back("Vary", "Accept-Encoding");
}

std::string head_text(const Response& response) {
  std::ostringstream text;
  text << response.base();
  return text.str();
}

}  // namespace web::server
