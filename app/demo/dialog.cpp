#include "app/demo/dialog.hpp"

#include <algorithm>

#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/rewrite.hpp"

namespace app::demo {
namespace {

using sip::HeaderName;

std::string contact_uri(const sip::Message& message) {
  std::string_view rest = message.value(HeaderName::contact);
  const auto first = sip::take_list_item(rest).value_or(std::string_view{});
  const auto contact = sip::NameAddrView::parse(first);
  return contact ? std::string{contact->uri} : std::string{};
}

std::vector<std::string> record_routes(const sip::Message& message) {
  std::vector<std::string> routes;
  for (const sip::Header& header : message.headers()) {
    if (header.name != HeaderName::record_route) continue;
    std::string_view rest = message.value(header);
    while (const auto item = sip::take_list_item(rest)) routes.emplace_back(*item);
  }
  return routes;
}

std::string_view call_id_of(const sip::Message& message) {
  return message.value(HeaderName::call_id);
}

}  // namespace

Dialog caller_dialog(const sip::Message& invite_ok) {
  Dialog dialog;
  dialog.call_id = call_id_of(invite_ok);
  dialog.local = invite_ok.value(HeaderName::from);
  dialog.remote = invite_ok.value(HeaderName::to);
  dialog.target = contact_uri(invite_ok);
  dialog.routes = record_routes(invite_ok);
  std::ranges::reverse(dialog.routes);
  const auto cseq = sip::CSeqView::parse(invite_ok.value(HeaderName::cseq));
  dialog.cseq = cseq ? cseq->number : 1;
  return dialog;
}

Dialog callee_dialog(const sip::Message& invite, std::string_view tag) {
  Dialog dialog;
  dialog.call_id = call_id_of(invite);
  dialog.local = std::string{invite.value(HeaderName::to)}.append(";tag=").append(tag);
  dialog.remote = invite.value(HeaderName::from);
  dialog.target = contact_uri(invite);
  dialog.routes = record_routes(invite);
  return dialog;
}

bool belongs_to(const Dialog& dialog, const sip::Message& request) {
  return call_id_of(request) == dialog.call_id &&
         sip::tag_of(request.value(HeaderName::to)) == sip::tag_of(dialog.local) &&
         sip::tag_of(request.value(HeaderName::from)) == sip::tag_of(dialog.remote);
}

std::string write_request(const Dialog& dialog, const RequestParts& parts) {
  std::string out;
  out.reserve(1024);
  out.append(parts.method).append(" ").append(dialog.target).append(" SIP/2.0\r\n");
  sip::append_header(out, HeaderName::via, parts.via);
  sip::append_header(out, HeaderName::max_forwards, "70");
  for (const std::string& route : dialog.routes) sip::append_header(out, HeaderName::route, route);
  sip::append_header(out, HeaderName::from, dialog.local);
  sip::append_header(out, HeaderName::to, dialog.remote);
  sip::append_header(out, HeaderName::call_id, dialog.call_id);
  sip::append_header(out, HeaderName::cseq,
                     std::to_string(dialog.cseq).append(" ").append(parts.method));
  if (!parts.contact.empty()) sip::append_header(out, HeaderName::contact, parts.contact);
  out.append(parts.extra);
  if (!parts.body.empty()) sip::append_header(out, HeaderName::content_type, "application/sdp");
  sip::append_body(out, parts.body);
  return out;
}

}  // namespace app::demo
