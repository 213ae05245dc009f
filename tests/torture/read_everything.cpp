#include "tests/torture/read_everything.hpp"

#include <algorithm>
#include <string_view>

#include "sipstack/base/text.hpp"
#include "sipstack/message/check.hpp"
#include "sipstack/message/contact.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/expires.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/message/reply.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/message/route.hpp"
#include "sipstack/message/values.hpp"
#include "sipstack/message/via.hpp"
#include "sipstack/transport/framing.hpp"

namespace sip::torture {
namespace {

/// What we send is longer than what came: it may pass the limits for what comes.
Limits wider() {
  Limits limits;
  limits.message_bytes *= 4;
  limits.header_bytes *= 4;
  limits.header_line_bytes *= 4;
  limits.headers = 255;
  limits.vias = 255;
  limits.uri_bytes *= 4;
  return limits;
}

std::string read_uri(std::string_view text) {
  const auto uri = UriView::parse(text);
  if (!uri) return {};
  const auto aor = address_of_record(*uri);
  if (aor && aor->find('\n') != std::string::npos) return "a line end in an address of record";
  const auto bare = without_push_params(text);
  const auto again = UriView::parse(bare);
  if (!again) return "without_push_params broke " + std::string{text};
  if (without_push_params(bare) != bare) return "without_push_params left something";
  return {};
}

std::string read_value(std::string_view value) {
  std::string_view list = value;
  std::size_t items = 0;
  while (const auto item = take_list_item(list)) {
    if (++items > value.size() + 2) return "a list without end";
    if (const auto contact = ContactView::parse(*item); contact && contact->q > 1000)
      return "q above 1";
    if (const auto route = RouteView::parse(*item)) (void)route->loose();
    if (ViaView::parse(*item)) {
      const auto filled = via_with_source(*item, "2001:db8::1", 40000);
      if (!ViaView::parse(filled)) return "via_with_source broke " + std::string{*item};
    }
  }
  (void)CSeqView::parse(value);
  (void)parse_delta_seconds(value);
  (void)tag_of(value);
  if (unquote(quote(value)) != value && value.find_first_of("\r\n") == std::string_view::npos)
    return "quote and unquote disagree on " + std::string{value};
  if (const auto address = NameAddrView::parse(value)) return read_uri(address->uri);
  return read_uri(value);
}

std::string read_reply(const Message& request, int status) {
  const bool sound = status == 0;
  const auto text = Reply(request, sound ? 200 : status)
                        .source("192.0.2.200", 40000)
                        .to_tag("ours")
                        .with_record_route()
                        .build();
  const auto reply = Message::parse(text, wider());
  if (!reply || reply->fault()) return "a reply that cannot be read: " + text;
  if (sound && !check_response(*reply, wider())) return "a reply that would be dropped: " + text;
  return {};
}

std::string read_forwarded(const Message& request) {
  Rewrite rewrite{request};
  rewrite.request_uri("sip:device@192.0.2.99;ob").remove_first_value(HeaderName::route);
  rewrite.set(HeaderName::max_forwards, "69");
  rewrite.prepend(HeaderName::record_route, "<sip:192.0.2.1;lr>");
  rewrite.prepend(HeaderName::via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours");
  const auto text = rewrite.build();
  const auto copy = Message::parse(text, wider());
  if (!copy) return "a copy that cannot be read: " + text;
  if (check_request(*copy, wider()).status != 0) return "a copy that would be refused: " + text;
  if (copy->body() != request.body()) return "a copy with another body: " + text;
  if (copy->value(HeaderName::call_id) != request.value(HeaderName::call_id))
    return "a copy with another Call-ID: " + text;
  const Message bare_of = *Message::parse(Rewrite{*copy}.without_body().build(), wider());
  return bare_of.body().empty() ? std::string{} : "a body left behind";
}

}  // namespace

std::string read_everything(const std::string& wire) {
  const auto message = Message::parse(wire);
  if (!message) return {};
  for (const Header& header : message->headers()) {
    if (message->value(header).find_first_of("\r\n") != std::string_view::npos)
      return "a line end in a header value";
    if (auto broken = read_value(message->value(header)); !broken.empty()) return broken;
  }
  if (auto broken = read_uri(message->request_uri()); !broken.empty()) return broken;
  if (!message->is_request()) {
    (void)check_response(*message);
    return {};
  }
  const auto fault = check_request(*message);
  if (fault.status < 0) return {};
  if (auto broken = read_reply(*message, fault.status); !broken.empty()) return broken;
  return fault.status == 0 ? read_forwarded(*message) : std::string{};
}

std::string read_stream(const std::string& stream, std::size_t chunk) {
  StreamFramer framer;
  std::size_t taken = 0;
  for (std::size_t at = 0; at < stream.size(); at += chunk) {
    framer.push(std::string_view{stream}.substr(at, chunk));
    while (const auto item = framer.next()) {
      const auto* text = std::get_if<std::string>(&*item);
      taken += text ? text->size() : 0;
      if (!text) continue;
      const auto message = Message::parse(*text);
      const auto body = text->find("\r\n\r\n") + 4;
      if (message && !message->fault() && message->body().size() + body != text->size())
        return "framer and parser disagree on " + *text;
    }
  }
  return taken <= stream.size() ? std::string{} : "more came out than went in";
}

}  // namespace sip::torture
