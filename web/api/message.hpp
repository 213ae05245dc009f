#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/core/record/rows.hpp"

namespace web::api {

using proxy::record::Scope;

/// Who asks, once admitted.
struct Caller {
  std::string who{};   ///< "token 3 (scripts)", "page"; empty: nobody we know
  std::string from{};  ///< address
  Scope scope{Scope::read};
  bool operator==(const Caller&) const = default;
};

/// One HTTP request as the server read it: only what the API looks at.
struct Request {
  std::string method;        ///< "GET", as written
  std::string target;        ///< origin form or absolute form, still escaped
  std::string content_type;  ///< value of Content-Type, may be empty
  std::string body;
  std::string session{};          ///< from the cookie, may be empty
  std::string peer{};             ///< address of the client
  std::string last_event_id{};    ///< value of Last-Event-ID, may be empty
  std::string accept_encoding{};  ///< value of Accept-Encoding, may be empty
  std::string if_match{};         ///< value of If-Match, may be empty
  std::string if_none_match{};    ///< value of If-None-Match, may be empty
};

/// One HTTP response. The server adds Date, Content-Length, Connection and the security headers.
struct Reply {
  int status{200};
  std::string content_type;  ///< empty: no body, no Content-Type
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string file{};  ///< its bytes are the body, which is empty then
  bool operator==(const Reply&) const = default;
};

}  // namespace web::api
