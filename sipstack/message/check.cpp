#include "sipstack/message/check.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "sipstack/base/text.hpp"
#include "sipstack/message/contact.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/route.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/values.hpp"
#include "sipstack/message/via.hpp"

namespace sip {
namespace {

using Check = std::optional<Fault>;

Fault standard(int status) { return Fault{status, std::string{reason_phrase(status)}}; }

Fault bad(std::string_view what) { return Fault{400, "Bad " + std::string{what}}; }

/// How many lines there are of each name.
using Counts = std::array<std::uint8_t, header_name_count>;

Counts count_lines(const Message& message) {
  Counts counts{};
  for (const Header& h : message.headers()) ++counts[static_cast<std::size_t>(h.name)];
  return counts;
}

std::size_t lines(const Counts& counts, HeaderName name) {
  return counts[static_cast<std::size_t>(name)];
}

/// A response can be built and finds its way back: what section 8.2.6.2 copies is there.
bool is_answerable(const Message& message) {
  for (const HeaderName name :
       {HeaderName::via, HeaderName::from, HeaderName::to, HeaderName::call_id, HeaderName::cseq})
    if (message.value(name).empty()) return false;
  std::string_view vias = message.value(HeaderName::via);
  return ViaView::parse(take_list_item(vias).value_or(std::string_view{})).has_value();
}

/// One tag at most, and none that is empty: two parsers must see the same dialog.
bool is_sound_tag(const ParamsView& params) {
  bool seen = false;
  std::string_view rest = params.text();
  while (const auto param = ParamsView::next(rest)) {
    if (!iequals(param->name, "tag")) continue;
    if (seen || param->value.empty() || param->value.front() == '"') return false;
    seen = true;
  }
  return true;
}

bool is_sound_address(std::string_view value) {
  const auto address = NameAddrView::parse(value);
  return address && is_sound_tag(address->params) && UriView::parse(address->uri).has_value();
}

/// Call-IDs are opaque, but visible (RFC 3261 section 25.1 "callid" is a part of that).
bool is_sound_call_id(std::string_view value, const Limits& limits) {
  return !value.empty() && value.size() <= limits.call_id_bytes &&
         std::ranges::all_of(value, [](char c) { return c > 0x20 && c < 0x7f; });
}

Check check_syntax(const Message& request) {
  if (!iequals(request.version(), "SIP/2.0")) return standard(505);
  const auto& fault = request.fault();
  if (!fault) return std::nullopt;
  if (fault->code == ParseErrc::too_large) return standard(513);
  std::string reason{to_string(fault->code)};
  reason.front() = static_cast<char>(reason.front() & ~0x20);
  return Fault{400, std::move(reason)};
}

Check check_single(const Message& request) {
  const Counts counts = count_lines(request);
  for (const HeaderName name :
       {HeaderName::from, HeaderName::to, HeaderName::call_id, HeaderName::cseq,
        HeaderName::max_forwards, HeaderName::content_type})
    if (lines(counts, name) > 1) return Fault{400, "More Than One " + std::string{to_string(name)}};
  return std::nullopt;
}

Check check_identity(const Message& request, const Limits& limits) {
  for (const HeaderName name : {HeaderName::from, HeaderName::to})
    if (!is_sound_address(request.value(name))) return bad(to_string(name));
  if (!is_sound_call_id(request.value(HeaderName::call_id), limits)) return bad("Call-ID");
  const auto cseq = CSeqView::parse(request.value(HeaderName::cseq));
  if (!cseq) return bad("CSeq");
  if (cseq->method != request.method_text()) return Fault{400, "CSeq Method Mismatch"};
  const Header* hops = request.first(HeaderName::max_forwards);
  if (hops && !parse_number(request.value(*hops), 255)) return bad("Max-Forwards");
  return std::nullopt;
}

Check check_vias(const Message& message, const Limits& limits) {
  std::size_t count = 0;
  Values vias{message, HeaderName::via};
  while (const auto via = vias.next()) {
    if (++count > limits.vias) return Fault{400, "Too Many Vias"};
    if (count > 1 && !ViaView::parse(*via)) return bad("Via");  // the first one was read before
  }
  return std::nullopt;
}

Check check_request_uri(const Message& request, const Limits& limits) {
  const auto text = request.request_uri();
  if (text.size() > limits.uri_bytes) return standard(414);
  const auto uri = UriView::parse(text);
  if (!uri) return bad("Request-URI");
  if (!uri->is_sip()) return standard(416);
  // Headers are not allowed there (RFC 3261 section 19.1.1) and would travel on unseen.
  return uri->headers.empty() ? Check{} : bad("Request-URI");
}

Check check_routes(const Message& request) {
  for (const HeaderName name : {HeaderName::route, HeaderName::record_route}) {
    if (!request.has(name)) continue;
    Values routes{request, name};
    while (const auto route = routes.next())
      if (!RouteView::parse(*route)) return bad(to_string(name));
  }
  return std::nullopt;
}

/// The Contacts of a REGISTER are the registrar's to judge; those of an INVITE are a dialog's.
Check check_contacts(const Message& request) {
  if (request.method() != Method::invite) return std::nullopt;
  Values contacts{request, HeaderName::contact};
  while (const auto contact = contacts.next()) {
    const auto parsed = ContactView::parse(*contact);
    if (!parsed || parsed->address.wildcard) return bad("Contact");
  }
  return std::nullopt;
}

}  // namespace

Fault check_request(const Message& request, const Limits& limits) {
  if (!request.is_request() || !is_answerable(request)) return Fault{-1, {}};
  if (auto fault = check_syntax(request)) return *fault;
  if (auto fault = check_single(request)) return *fault;
  if (auto fault = check_identity(request, limits)) return *fault;
  if (auto fault = check_vias(request, limits)) return *fault;
  if (auto fault = check_request_uri(request, limits)) return *fault;
  if (auto fault = check_routes(request)) return *fault;
  if (auto fault = check_contacts(request)) return *fault;
  return {};
}

bool check_response(const Message& response, const Limits& limits) {
  if (response.is_request() || response.fault() || !is_answerable(response)) return false;
  const Counts counts = count_lines(response);
  for (const HeaderName name :
       {HeaderName::from, HeaderName::to, HeaderName::call_id, HeaderName::cseq})
    if (lines(counts, name) != 1) return false;
  return is_sound_address(response.value(HeaderName::from)) &&
         is_sound_address(response.value(HeaderName::to)) &&
         is_sound_call_id(response.value(HeaderName::call_id), limits) &&
         CSeqView::parse(response.value(HeaderName::cseq)).has_value() &&
         !check_vias(response, limits);
}

}  // namespace sip
