#include "tests/support/trace.hpp"

#include <cstdio>

#include "sipstack/message/message.hpp"

namespace test {

std::string seconds(sip::Duration duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3fs", static_cast<double>(duration.count()) / 1000.0);
  return text;
}

std::string summary(const std::string& bytes) {
  const auto message = sip::Message::parse(bytes);
  if (!message) return "(unreadable) " + bytes.substr(0, 60);
  std::string text =
      message->is_request()
          ? std::string{message->method_text()} + " " + std::string{message->request_uri()}
          : std::to_string(message->status()) + " " + std::string{message->reason()};
  text += "  [CSeq " + std::string{message->value(sip::HeaderName::cseq)};
  if (const auto reason = message->value(sip::HeaderName::reason); !reason.empty())
    text += ", Reason " + std::string{reason};
  if (const auto warning = message->value(sip::HeaderName::warning); !warning.empty())
    text += ", Warning " + std::string{warning};
  return text + "]";
}

std::string to_string(const TraceEntry& entry) {
  using Kind = TraceEntry::Kind;
  char head[32];
  std::snprintf(head, sizeof head, "%10s  ", seconds(entry.at).c_str());
  std::string text = head;
  const std::string who =
      entry.line == 0 ? entry.party : entry.party + "#" + std::to_string(entry.line);
  switch (entry.kind) {
    case Kind::to_server:
      return text + "> " + who + "  " + summary(entry.bytes);
    case Kind::from_server:
      return text + "< " + who + "  " + summary(entry.bytes);
    case Kind::lost_to_server:
      return text + "> " + who + "  (lost) " + summary(entry.bytes);
    case Kind::lost_to_party:
      return text + "x " + who + "  " + summary(entry.bytes);
    case Kind::push:
      return text + "< push  " + entry.bytes;
    case Kind::note:
      break;
  }
  return text + "  . " + (who.empty() ? "" : who + " ") + entry.bytes;
}

std::string Trace::text() const {
  std::string text;
  for (const auto& entry : entries_) text += to_string(entry) + "\n";
  return text;
}

}  // namespace test
