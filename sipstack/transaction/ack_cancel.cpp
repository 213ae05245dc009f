#include "sipstack/message/cseq.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/transaction/keys.hpp"
#include "sipstack/transaction/layer.hpp"

namespace sip::transaction {
namespace {

/// ACK or CANCEL hop by hop: what it must share with the request, and nothing else.
std::string follow_up(const Message& request, std::string_view method, std::string_view to,
                      std::string_view reason_value) {
  const auto cseq_text = request.value(HeaderName::cseq);
  const auto cseq = CSeqView::parse(cseq_text);
  std::string out;
  out.reserve(512);
  out.append(method).append(" ").append(request.request_uri()).append(" SIP/2.0\r\n");
  append_header(out, HeaderName::via, top_via(request));
  append_header(out, HeaderName::max_forwards, "70");
  append_header(out, HeaderName::from, request.value(HeaderName::from));
  append_header(out, HeaderName::to, to);
  append_header(out, HeaderName::call_id, request.value(HeaderName::call_id));
  std::string number = cseq ? std::to_string(cseq->number) : std::string{"0"};
  append_header(out, HeaderName::cseq, number.append(" ").append(method));
  for (const Header& header : request.headers())
    if (header.name == HeaderName::route)
      append_header(out, HeaderName::route, request.value(header));
  if (!reason_value.empty()) append_header(out, HeaderName::reason, reason_value);
  append_body(out, {});
  out.shrink_to_fit();
  return out;
}

}  // namespace

std::string ack_for_failure(const Message& request, std::string_view response_to) {
  return follow_up(request, "ACK", response_to, {});
}

std::string cancel_for(const Message& request, std::string_view reason_value) {
  return follow_up(request, "CANCEL", request.value(HeaderName::to), reason_value);
}

}  // namespace sip::transaction
