#include "sipstack/message/names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

constexpr std::array<std::string_view, 15> methods{
    "",          "INVITE", "ACK",     "BYE",  "CANCEL", "REGISTER", "OPTIONS", "PRACK",
    "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER",  "MESSAGE",  "UPDATE"};

constexpr std::array<std::string_view, header_name_count> header_names{
    "",
    "Accept",
    "Allow",
    "Allow-Events",
    "Authorization",
    "Call-ID",
    "Contact",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "CSeq",
    "Date",
    "Event",
    "Expires",
    "Feature-Caps",
    "Flow-Timer",
    "From",
    "Max-Breadth",
    "Max-Forwards",
    "Min-Expires",
    "Min-SE",
    "P-Asserted-Identity",
    "P-Preferred-Identity",
    "Path",
    "Privacy",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Require",
    "RAck",
    "Reason",
    "Record-Route",
    "Refer-To",
    "Remote-Party-ID",
    "Replaces",
    "Require",
    "Retry-After",
    "Route",
    "RSeq",
    "Server",
    "Service-Route",
    "Session-Expires",
    "Subject",
    "Supported",
    "Timestamp",
    "To",
    "Unsupported",
    "User-Agent",
    "Via",
    "Warning",
    "WWW-Authenticate",
};

struct Slot {
  std::string_view text;
  HeaderName name{HeaderName::other};
};
constexpr std::size_t slot_count = 256;

constexpr std::size_t slot_of(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(lower(text[i])));
  };
  // Factors that give every known name a slot of its own.
  const std::size_t mixed =
      text.size() * 60 + at(0) * 10 + at(text.size() / 2) * 17 + at(text.size() - 1) * 17;
  return mixed % slot_count;
}

/// Open addressing, filled when the program is compiled.
constexpr auto make_slots() {
  std::array<Slot, slot_count> slots{};
  const auto add = [&](std::string_view text, HeaderName name) {
    std::size_t at = slot_of(text);
    while (!slots[at].text.empty()) at = (at + 1) % slot_count;
    slots[at] = Slot{text, name};
  };
  for (std::size_t i = 1; i < header_names.size(); ++i)
    add(header_names[i], static_cast<HeaderName>(i));
  add("i", HeaderName::call_id);
  add("m", HeaderName::contact);
  add("e", HeaderName::content_encoding);
  add("l", HeaderName::content_length);
  add("c", HeaderName::content_type);
  add("f", HeaderName::from);
  add("s", HeaderName::subject);
  add("k", HeaderName::supported);
  add("t", HeaderName::to);
  add("v", HeaderName::via);
  add("u", HeaderName::allow_events);  // RFC 6665 section 8.2.2
  add("o", HeaderName::event);
  add("r", HeaderName::refer_to);         // RFC 3515 section 2.1
  add("x", HeaderName::session_expires);  // RFC 4028 section 4
  return slots;
}
constexpr auto slots = make_slots();

struct Phrase {
  int status;
  std::string_view text;
};
constexpr Phrase phrases[] = {
    {100, "Trying"},
    {180, "Ringing"},
    {181, "Call Is Being Forwarded"},
    {182, "Queued"},
    {183, "Session Progress"},
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Notification"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Moved Temporarily"},
    {305, "Use Proxy"},
    {380, "Alternative Service"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {410, "Gone"},
    {412, "Conditional Request Failed"},
    {413, "Request Entity Too Large"},
    {414, "Request-URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Unsupported URI Scheme"},
    {420, "Bad Extension"},
    {421, "Extension Required"},
    {422, "Session Interval Too Small"},
    {423, "Interval Too Brief"},
    {430, "Flow Failed"},
    {439, "First Hop Lacks Outbound Support"},
    {440, "Max-Breadth Exceeded"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {482, "Loop Detected"},
    {483, "Too Many Hops"},
    {484, "Address Incomplete"},
    {485, "Ambiguous"},
    {486, "Busy Here"},
    {487, "Request Terminated"},
    {488, "Not Acceptable Here"},
    {489, "Bad Event"},
    {491, "Request Pending"},
    {493, "Undecipherable"},
    {500, "Server Internal Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Server Time-out"},
    {505, "Version Not Supported"},
    {513, "Message Too Large"},
    {555, "Push Notification Service Not Supported"},
    {600, "Busy Everywhere"},
    {603, "Decline"},
    {604, "Does Not Exist Anywhere"},
    {606, "Not Acceptable"},
};

}  // namespace

Method parse_method(std::string_view text) {
  for (std::size_t i = 1; i < methods.size(); ++i)
    if (methods[i] == text) return static_cast<Method>(i);
  return Method::other;
}

std::string_view to_string(Method method) { return methods[static_cast<std::size_t>(method)]; }

HeaderName parse_header_name(std::string_view text) {
  if (text.empty()) return HeaderName::other;
  for (std::size_t at = slot_of(text); !slots[at].text.empty(); at = (at + 1) % slot_count)
    if (slots[at].text == text || iequals(slots[at].text, text)) return slots[at].name;
  return HeaderName::other;
}

std::string_view to_string(HeaderName name) { return header_names[static_cast<std::size_t>(name)]; }

std::string_view reason_phrase(int status) {
  const auto* found =
      std::ranges::lower_bound(phrases, status, {}, [](const Phrase& p) { return p.status; });
  return found != std::end(phrases) && found->status == status ? found->text : "Unknown";
}

}  // namespace sip
