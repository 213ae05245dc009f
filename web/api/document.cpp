#include "web/api/document.hpp"

#include <string>
#include <string_view>

extern "C" {
extern const char web_api_openapi[];
extern const char web_api_openapi_end[];
extern const char web_api_docs[];
extern const char web_api_docs_end[];
}

namespace web::api {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'";

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
    "section{border-top:1px solid #8888;margin-top:1.5rem}\n"
    "h3{margin:.8rem 0 .2rem}h4{margin:.8rem 0 .2rem}dt{float:left;clear:left;width:14rem}\n"
    "dd{margin-left:15rem;min-height:1.5em}p,div{overflow-wrap:anywhere}\n"
    ":root{color-scheme:light dark}nav ul{columns:2;list-style:none;padding:0}\n";

Reply text_of(std::string_view type, const char* begin, const char* end) {
  return {200, std::string{type}, std::string(begin, end), {{"Cache-Control", "no-cache"}}};
}

}  // namespace

Reply openapi_document() {
  return text_of("application/json", web_api_openapi, web_api_openapi_end);
}

Reply docs_page() {
  auto reply = text_of("text/html; charset=utf-8", web_api_docs, web_api_docs_end);
  reply.headers.emplace_back("Content-Security-Policy", policy);
  return reply;
}

Reply docs_stylesheet() {
  return {200, "text/css; charset=utf-8", std::string{style}, {{"Cache-Control", "no-cache"}}};
}

}  // namespace web::api
