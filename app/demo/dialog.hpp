#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sipstack/message/message.hpp"

namespace app::demo {

/// One side of a dialog: what a request inside it must say (RFC 3261 section 12.1).
struct Dialog {
  std::string call_id;
  std::string local;                ///< our From value, tag included
  std::string remote;               ///< our To value, with the peer's tag once it is known
  std::string target;               ///< Request-URI of the next request
  std::vector<std::string> routes;  ///< Route values, the first hop first
  std::uint32_t cseq{0};            ///< of our last request
};

/// The caller's dialog from the 2xx to its INVITE.
Dialog caller_dialog(const sip::Message& invite_ok);
/// The callee's dialog from the INVITE it answers with `tag`.
Dialog callee_dialog(const sip::Message& invite, std::string_view tag);

/// Is this request inside the dialog (RFC 3261 section 12.2.2)?
bool belongs_to(const Dialog& dialog, const sip::Message& request);

/// What a request says besides its dialog.
struct RequestParts {
  std::string_view method;
  std::string_view via;      ///< whole value
  std::string_view contact;  ///< whole value; empty: none
  std::string extra;         ///< whole header lines
  std::string_view body;     ///< SDP; empty: none
};
/// The request's bytes, numbered dialog.cseq.
std::string write_request(const Dialog& dialog, const RequestParts& parts);

}  // namespace app::demo
