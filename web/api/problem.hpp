#pragma once
#include <string>
#include <string_view>

#include "web/api/message.hpp"

namespace web::api {

/// What was wrong with a request (RFC 9457).
struct Problem {
  int status{400};
  std::string detail;
  std::string field;  ///< the parameter or JSON field to blame, may be empty
  bool operator==(const Problem&) const = default;
};

/// "Not Found"; the title of a problem of type about:blank (RFC 9457 section 4.2.1).
std::string_view status_phrase(int status);
/// The problem as application/problem+json.
Reply to_reply(const Problem& problem);
/// 403 with WWW-Authenticate (RFC 6750 section 3.1): a token of a narrower scope.
Reply out_of_scope(std::string_view needed);
/// 401 with WWW-Authenticate (RFC 6750 section 3); `presented`: a token came, but no known one.
Reply unauthorized(bool presented, std::string_view why = "this token is not known");

}  // namespace web::api
