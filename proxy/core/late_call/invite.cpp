#include "proxy/core/late_call/invite.hpp"

#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy::late_call {
namespace {

using sip::HeaderName;

constexpr HeaderName kept[] = {HeaderName::from,
                               HeaderName::to,
                               HeaderName::call_id,
                               HeaderName::p_asserted_identity,
                               HeaderName::content_type,
                               HeaderName::content_disposition,
                               HeaderName::content_encoding};

std::uint32_t cseq_number(const sip::Message& message) {
  const auto cseq = sip::CSeqView::parse(message.value(HeaderName::cseq));
  return cseq ? cseq->number : 1;
}

/// Start line and the headers a request inside the dialog of a 2xx has.
std::string in_dialog(const sip::Message& ok, std::string_view method, std::uint32_t cseq,
                      std::string_view via) {
  const auto contact = sip::NameAddrView::parse(ok.value(HeaderName::contact));
  const auto to = sip::NameAddrView::parse(ok.value(HeaderName::to));
  std::string_view uri = to ? to->uri : std::string_view{};
  if (contact && !contact->wildcard) uri = contact->uri;
  std::string out;
  out.append(method).append(" ").append(sip::without_push_params(uri)).append(" SIP/2.0\r\n");
  sip::append_header(out, HeaderName::via, via);
  sip::append_header(out, HeaderName::max_forwards, "70");
  sip::append_header(out, HeaderName::from, ok.value(HeaderName::from));
  sip::append_header(out, HeaderName::to, ok.value(HeaderName::to));
  sip::append_header(out, HeaderName::call_id, ok.value(HeaderName::call_id));
  sip::append_header(out, HeaderName::cseq, std::to_string(cseq).append(" ").append(method));
  return out;
}

}  // namespace

std::string build_invite(const sip::Message& original, const LateInvite& late) {
  std::string out;
  out.reserve(original.wire().size() + 256);
  out.append("INVITE ").append(late.contact).append(" SIP/2.0\r\n");
  sip::append_header(out, HeaderName::via, late.via);
  sip::append_header(out, HeaderName::max_forwards, "70");
  if (!late.path.empty()) sip::append_header(out, HeaderName::route, late.path);
  for (const sip::Header& h : original.headers())
    for (const HeaderName name : kept)
      if (h.name == name && (late.tells_identity || name != HeaderName::p_asserted_identity))
        sip::append_header(out, name, original.value(h));
  // By which some phones find the push that woke them.
  if (const auto push_id = original.value("X-Push-ID"); !push_id.empty())
    sip::append_header(out, "X-Push-ID", push_id);
  sip::append_header(out, HeaderName::cseq,
                     std::to_string(cseq_number(original)).append(" INVITE"));
  sip::append_header(out, HeaderName::contact, late.our_contact);
  sip::append_header(out, HeaderName::allow, "INVITE, ACK, CANCEL, BYE");
  sip::append_header(out, HeaderName::user_agent, "sipwake");
  sip::append_body(out, original.body());
  return out;
}

std::string build_ack(const sip::Message& ok, std::string_view via) {
  std::string out = in_dialog(ok, "ACK", cseq_number(ok), via);
  sip::append_body(out, {});
  return out;
}

std::string build_bye(const sip::Message& ok, std::string_view via, std::string_view reason) {
  std::string out = in_dialog(ok, "BYE", cseq_number(ok) + 1, via);
  if (!reason.empty()) sip::append_header(out, HeaderName::reason, reason);
  sip::append_body(out, {});
  return out;
}

}  // namespace proxy::late_call
