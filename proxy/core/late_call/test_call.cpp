#include "proxy/core/late_call/test_call.hpp"

#include "sipstack/message/rewrite.hpp"

namespace proxy::late_call {

using sip::HeaderName;

std::string build_test_invite(const TestInvite& test) {
  const auto text = [](std::string_view view) { return std::string{view}; };
  std::string out;
  out.append("INVITE ").append(test.contact).append(" SIP/2.0\r\n");
  sip::append_header(out, HeaderName::via, test.via);
  sip::append_header(out, HeaderName::max_forwards, "70");
  if (!test.path.empty()) sip::append_header(out, HeaderName::route, test.path);
  sip::append_header(out, HeaderName::from,
                     "\"Ring test\" <sip:" + text(test.domain) + ">;tag=" + text(test.tag));
  sip::append_header(out, HeaderName::to, "<sip:" + text(test.callee) + ">");
  sip::append_header(out, HeaderName::call_id, test.call_id);
  sip::append_header(out, HeaderName::cseq, "1 INVITE");
  sip::append_header(out, HeaderName::contact, test.our_contact);
  sip::append_header(out, HeaderName::allow, "INVITE, ACK, CANCEL, BYE");
  sip::append_header(out, HeaderName::user_agent, "sipwake");
  sip::append_body(out, {});
  return out;
}

}  // namespace proxy::late_call
