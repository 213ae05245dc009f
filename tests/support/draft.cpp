#include "tests/support/draft.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace test {

std::string_view Draft::value(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (sip::iequals(key, name)) return value;
  return {};
}

void Draft::set(std::string_view name, std::string value) {
  const auto same = [&](const auto& header) { return sip::iequals(header.first, name); };
  const auto at = std::find_if(headers.begin(), headers.end(), same);
  if (at == headers.end()) {
    if (!value.empty()) add(name, std::move(value));
    return;
  }
  if (value.empty()) {
    std::erase_if(headers, same);
    return;
  }
  at->second = std::move(value);
  headers.erase(std::remove_if(at + 1, headers.end(), same), headers.end());
}

void Draft::add(std::string_view name, std::string value) {
  headers.emplace_back(name, std::move(value));
}

namespace {

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void finish(std::string& out, std::string_view body) {
  append(out, "Content-Length", std::to_string(body.size()));
  out.append("\r\n").append(body);
}

}  // namespace

std::string Draft::render(std::string_view via) const {
  std::string out = method + " " + uri + " SIP/2.0\r\n";
  append(out, "Via", via);
  for (const auto& [name, text] : headers) append(out, name, text);
  finish(out, body);
  return out;
}

std::string with_tag(std::string_view value, std::string_view tag) {
  std::string text{value};
  if (!tag.empty() && sip::tag_of(value).empty()) text.append(";tag=").append(tag);
  return text;
}

std::vector<std::string> all_values(const sip::Message& message, std::string_view name) {
  std::vector<std::string> out;
  const auto wanted = sip::parse_header_name(name);
  for (const auto& header : message.headers()) {
    const bool same = wanted != sip::HeaderName::other ? header.name == wanted
                                                       : sip::iequals(message.name(header), name);
    if (!same) continue;
    auto rest = message.value(header);
    while (const auto item = sip::take_list_item(rest)) out.emplace_back(sip::trim(*item));
  }
  return out;
}

bool makes_subscription(std::string_view method) {
  return method == "SUBSCRIBE" || method == "REFER";
}

bool makes_dialog(const sip::Message& request) {
  return request.method() == sip::Method::invite || makes_subscription(request.method_text());
}

std::string response_text(const sip::Message& request, int status, std::string_view reason,
                          std::string_view tag, const Headers& extra, std::string_view body) {
  const auto phrase = reason.empty() ? sip::reason_phrase(status) : reason;
  std::string out = "SIP/2.0 " + std::to_string(status) + " " + std::string{phrase} + "\r\n";
  const bool dialog = makes_dialog(request) && status > 100 && status < 300;
  for (const auto& header : request.headers()) {
    const auto value = request.value(header);
    switch (header.name) {
      case sip::HeaderName::to:
        append(out, "To", with_tag(value, tag));
        break;
      case sip::HeaderName::record_route:
        if (dialog) append(out, "Record-Route", value);
        break;
      case sip::HeaderName::via:
      case sip::HeaderName::from:
      case sip::HeaderName::call_id:
      case sip::HeaderName::cseq:
        append(out, sip::to_string(header.name), value);
        break;
      default:
        break;
    }
  }
  for (const auto& [name, value] : extra) append(out, name, value);
  finish(out, body);
  return out;
}

Draft Dialog::request(std::string_view method) {
  Draft draft{std::string{method}, target, {}, {}};
  const bool same_number = method == "ACK";
  const auto number = same_number ? invite_cseq : ++cseq;
  for (const auto& route : routes) draft.add("Route", route);
  draft.add("Max-Forwards", "70");
  draft.add("From", local);
  draft.add("To", remote);
  draft.add("Call-ID", call_id);
  draft.add("CSeq", std::to_string(number) + " " + std::string{method});
  return draft;
}

}  // namespace test
