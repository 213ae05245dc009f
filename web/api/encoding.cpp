#include "web/api/encoding.hpp"

#include <algorithm>
#include <array>

#include "sipstack/base/text.hpp"

namespace web::api {

bool takes_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const auto end = accept_encoding.find(',');
    const auto item = accept_encoding.substr(0, end);
    accept_encoding =
        end == std::string_view::npos ? std::string_view{} : accept_encoding.substr(end + 1);
    const auto semicolon = item.find(';');
    if (!sip::iequals(sip::trim(item.substr(0, semicolon)), "gzip")) continue;
    const auto weight =
        semicolon == std::string_view::npos ? std::string_view{} : item.substr(semicolon + 1);
    return weight.find("q=0") == std::string_view::npos ||
           weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

bool may_be_zipped(const Request& request, const Reply& reply) {
  constexpr std::size_t worth_it = 1'024;
  constexpr std::array<std::string_view, 4> own{"Content-Encoding", "Content-Disposition", "ETag",
                                                "Set-Cookie"};
  if (request.method != "GET" && request.method != "HEAD") return false;
  if (reply.status != 200 || reply.body.size() < worth_it || !reply.file.empty()) return false;
  const std::string_view type{reply.content_type};
  if (!type.starts_with("application/json") && !type.starts_with("text/")) return false;
  const bool plain = std::ranges::none_of(reply.headers, [&own](const auto& header) {
    return std::ranges::find(own, header.first) != own.end();
  });
  return plain && takes_gzip(request.accept_encoding);
}

}  // namespace web::api
