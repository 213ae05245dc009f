#pragma once
#include <string>
#include <string_view>

#include "sipstack/message/message.hpp"

namespace proxy::late_call {

/// What the late INVITE is made of besides the caller's INVITE.
struct LateInvite {
  std::string_view contact;      ///< Request-URI
  std::string_view via;          ///< our only Via value
  std::string_view our_contact;  ///< Contact value, angle brackets included
  std::string_view path;         ///< Route of the binding, may be empty
  bool tells_identity{false};    ///< P-Asserted-Identity may be shown (RFC 3325)
};

/// Same Call-ID, From, To, CSeq number, P-Asserted-Identity and offer as in the caller's INVITE; no
/// Record-Route, credentials, Session-Expires, Replaces, Require or Supported.
std::string build_invite(const sip::Message& original, const LateInvite& late);

/// ACK for a 2xx and BYE after it, sent by us as the user agent client (RFC 3261 sections 13.2.2.4
/// and 15.1.1). `via` is our Via value; the Request-URI is the Contact of the 2xx.
std::string build_ack(const sip::Message& ok, std::string_view via);
std::string build_bye(const sip::Message& ok, std::string_view via, std::string_view reason);

}  // namespace proxy::late_call
