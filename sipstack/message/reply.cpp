#include "sipstack/message/reply.hpp"

#include "sipstack/message/params.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/message/via.hpp"

namespace sip {

Reply::Reply(const Message& request, int status, std::string_view reason)
    : request_{request}, status_{status} {
  start_line_.append("SIP/2.0 ").append(std::to_string(status)).append(" ");
  start_line_.append(reason.empty() ? reason_phrase(status) : reason).append("\r\n");
}

Reply& Reply::source(std::string_view address, std::uint16_t port) {
  const Header* via = request_.first(HeaderName::via);
  if (!via) return *this;
  std::string_view rest = request_.value(*via);
  const auto top = take_list_item(rest).value_or(std::string_view{});
  top_via_ = via_with_source(top, address, port);
  if (!rest.empty()) top_via_.append(", ").append(rest);
  return *this;
}

Reply& Reply::to_tag(std::string_view tag) {
  to_tag_ = tag;
  return *this;
}

Reply& Reply::header(std::string_view name, std::string_view value) {
  append_header(extra_, name, value);
  return *this;
}

Reply& Reply::with_record_route() {
  record_route_ = true;
  return *this;
}

Reply& Reply::body(std::string_view type, std::string_view text) {
  append_header(extra_, HeaderName::content_type, type);
  body_ = text;
  return *this;
}

void Reply::append_to(std::string& out, std::string_view value) const {
  const bool ours = !to_tag_.empty() && status_ != 100 && tag_of(value).empty();
  out.append("To: ").append(value);
  if (ours) out.append(";tag=").append(to_tag_);
  out.append("\r\n");
}

std::string Reply::build() const {
  std::string out;
  out.reserve(512 + extra_.size() + body_.size());
  out.append(start_line_);
  for (const Header& h : request_.headers()) {
    // Of a header that should be there once, the first is answered to.
    const bool first = &h == request_.first(h.name);
    const auto value = request_.value(h);
    switch (h.name) {
      case HeaderName::via:
        append_header(out, h.name, first && !top_via_.empty() ? std::string_view{top_via_} : value);
        break;
      case HeaderName::record_route:
        if (record_route_) append_header(out, h.name, value);
        break;
      case HeaderName::to:
        if (first) append_to(out, value);
        break;
      case HeaderName::from:
      case HeaderName::call_id:
      case HeaderName::cseq:
        if (first) append_header(out, h.name, value);
        break;
      case HeaderName::timestamp:
        if (first && status_ == 100) append_header(out, h.name, value);
        break;
      default:
        break;
    }
  }
  out.append(extra_);
  append_body(out, body_);
  return out;
}

}  // namespace sip
