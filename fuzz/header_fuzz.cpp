#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "proxy/core/registrar/register_request.hpp"
#include "proxy/core/routing/cookie.hpp"
#include "proxy/core/routing/route_set.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/check.hpp"
#include "sipstack/message/contact.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/expires.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/route.hpp"
#include "sipstack/message/values.hpp"
#include "sipstack/message/via.hpp"
#include "sipstack/transaction/layer.hpp"

namespace {

using sip::HeaderName;

void expect(bool promise) {
  if (!promise) std::abort();
}

bool lies_in(std::string_view part, const std::string& whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void as_via(const std::string& text) {
  const auto via = sip::ViaView::parse(text);
  if (!via) return;
  expect(lies_in(via->host, text) && lies_in(via->branch, text));
  (void)sip::transaction::mark_of(via->branch);
  const auto filled = sip::via_with_source(text, "2001:db8::1", 65'535);
  expect(sip::ViaView::parse(filled).has_value());
}

void as_address(const std::string& text) {
  (void)sip::tag_of(text);
  if (const auto address = sip::NameAddrView::parse(text)) expect(lies_in(address->uri, text));
  if (const auto contact = sip::ContactView::parse(text)) expect(contact->q <= 1000);
  if (const auto route = sip::RouteView::parse(text)) (void)route->loose();
  proxy::routing::RouteSet routes{"sip:bob@example.com", {}};
  routes.add(text);
  routes.suit_next_hop();
  (void)routes.line();
}

void as_number(const std::string& text) {
  if (const auto cseq = sip::CSeqView::parse(text)) expect(cseq->number < 0x8000'0000U);
  (void)sip::parse_delta_seconds(text);
  if (const auto small = sip::parse_number(text, 255)) expect(*small <= 255);
}

/// The value where a whole message has it, read by who has to do with it.
void in_message(HeaderName name, const std::string& value) {
  const auto message = sip::Message::parse(
      "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
      "From: <sip:bob@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\n"
      "CSeq: 1 REGISTER\r\n" +
      std::string{sip::to_string(name)} + ": " + value + "\r\n\r\n");
  if (!message) return;
  (void)sip::check_request(*message);
  sip::Values values{*message, name};
  for (std::size_t count = 0; values.next(); ++count) expect(count <= value.size() + 2);
  proxy::registrar::RegisterRequest wanted;
  (void)proxy::registrar::read_register(*message, {}, wanted);
}

}  // namespace

/// Every typed header: the first byte says which one the rest is the value of.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto name = static_cast<HeaderName>(1 + data[0] % (sip::header_name_count - 1));
  const std::string text{reinterpret_cast<const char*>(data + 1), size - 1};
  as_via(text);
  as_address(text);
  as_number(text);
  in_message(name, text);
  expect(!proxy::routing::decode(text, std::string(32, 'k'), "c", "t"));
  return 0;
}
