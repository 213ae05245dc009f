#pragma once
#include <string>

#include "sipstack/base/limits.hpp"
#include "sipstack/message/message.hpp"

namespace sip {

/// Which response, if any, a request deserves before anybody looks at what it asks for
/// (RFC 3261 sections 8.2 and 16.3). status 0: none, the request is sound.
struct Fault {
  int status{0};
  std::string reason;  ///< a reason phrase: "Bad Content-Length"
};

/// Checks the headers every request needs: 400, 414, 416, 505 or 513. A status below zero means
/// that no answer can be built (no usable top Via, no From, To, Call-ID or CSeq): it is dropped.
/// An ACK is never answered, whatever this says.
Fault check_request(const Message& request, const Limits& limits = {});

/// False when a response cannot be matched or forwarded and is dropped.
bool check_response(const Message& response, const Limits& limits = {});

}  // namespace sip
