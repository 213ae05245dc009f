#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/engine/event.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::runtime::push {

/// How one request ended.
struct Answer {
  int status{0};       ///< 0: there was no answer
  std::string reason;  ///< "410 Gone", "connection refused"
  std::optional<sip::Duration> retry_after{};
};

/// What follows from an answer: the end of the push, or another request.
struct Verdict {
  std::optional<PushOutcome> outcome;  ///< nothing: ask again
  sip::Duration wait{};                ///< before asking again
};

/// `attempt`: requests made so far, this one included. `left`: until the push's deadline. 2xx is
/// accepted, 404 and 410 mean a dead token; 429, 5xx and no answer are asked again after 0.5, 1,
/// then 2 s or what Retry-After says, while that lies before the deadline; all else is refused.
Verdict judge(const Answer& answer, unsigned attempt, sip::Duration left);

/// Retry-After in seconds (RFC 9110 section 10.2.3); a date is not understood.
std::optional<sip::Duration> parse_retry_after(std::string_view value);

}  // namespace proxy::runtime::push
