#include "web/api/problem.hpp"

#include "web/api/json.hpp"

namespace web::api {

std::string_view status_phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

Reply to_reply(const Problem& problem) {
  Json body{{"type", "about:blank"},
            {"title", status_phrase(problem.status)},
            {"status", problem.status},
            {"detail", problem.detail}};
  if (!problem.field.empty()) body["field"] = problem.field;
  return {problem.status, "application/problem+json", dump(body), {}};
}

Reply out_of_scope(std::string_view needed) {
  Reply reply = to_reply(
      {403, std::string{"this token may not do that; it takes the scope "}.append(needed), ""});
  reply.headers.emplace_back(
      "WWW-Authenticate",
      std::string{"Bearer realm=\"sipwake\", error=\"insufficient_scope\", scope=\""}.append(
          needed) +
          '"');
  return reply;
}

Reply unauthorized(bool presented, std::string_view why) {
  Reply reply = to_reply(
      {401, presented ? std::string{why} : "send a token: Authorization: Bearer TOKEN", ""});
  std::string challenge = "Bearer realm=\"sipwake\"";
  if (presented) challenge += ", error=\"invalid_token\"";
  reply.headers.emplace_back("WWW-Authenticate", challenge);
  return reply;
}

}  // namespace web::api
