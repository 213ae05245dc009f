#include "proxy/core/late_call/missed.hpp"

#include "proxy/core/late_call/eligibility.hpp"
#include "sipstack/message/rewrite.hpp"

namespace proxy::late_call {

using sip::HeaderName;

bool is_missed(const record::Call& call) {
  const End end = end_of(call);
  return end == End::missed || (end == End::as_caller_said && !means_answered(call.cancel_reason));
}

record::Notice notice_for(const record::Call& call, const record::Leg& leg,
                          Settings::MissedPush policy) {
  const bool asked_in_vain = leg.state == record::LegState::gone && leg.pushed_at;
  if (!asked_in_vain || !is_missed(call)) return record::Notice::none;
  if (policy == Settings::MissedPush::push) return record::Notice::push;
  if (policy == Settings::MissedPush::message) return record::Notice::message;
  return record::Notice::none;
}

std::string missed_text(std::string_view name, std::string_view uri, std::string_view at) {
  std::string out{"Missed call from "};
  if (!name.empty()) out.append(name).append(" ");
  return out.append("<").append(uri).append("> at ").append(at);
}

std::string build_message(const MissedMessage& message) {
  const auto text = [](std::string_view view) { return std::string{view}; };
  std::string out;
  out.append("MESSAGE ").append(message.contact).append(" SIP/2.0\r\n");
  sip::append_header(out, HeaderName::via, message.via);
  sip::append_header(out, HeaderName::max_forwards, "70");
  if (!message.path.empty()) sip::append_header(out, HeaderName::route, message.path);
  sip::append_header(out, HeaderName::from,
                     "<sip:" + text(message.domain) + ">;tag=" + text(message.tag));
  sip::append_header(out, HeaderName::to, "<sip:" + text(message.callee) + ">");
  sip::append_header(out, HeaderName::call_id, message.call_id);
  sip::append_header(out, HeaderName::cseq, std::to_string(message.cseq).append(" MESSAGE"));
  sip::append_header(out, HeaderName::user_agent, "sipwake");
  sip::append_header(out, HeaderName::content_type, "text/plain;charset=UTF-8");
  sip::append_body(out, message.text);
  return out;
}

Delivery delivery_of(int status) {
  if (status / 100 == 2) return Delivery::done;
  return status == 408 || status == 503 ? Delivery::again : Delivery::refused;
}

}  // namespace proxy::late_call
