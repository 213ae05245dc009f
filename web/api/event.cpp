#include "web/api/event.hpp"

#include <limits>

#include "sipstack/base/text.hpp"
#include "web/api/json.hpp"

namespace web::api {
namespace {

using proxy::record::Step;

std::string_view type_of(Step what, std::int64_t device) {
  switch (what) {
    case Step::push_asked:
    case Step::push_accepted:
    case Step::push_refused:
    case Step::push_failed:
    case Step::push_not_durable:
    case Step::push_dropped:
      return "push";
    default:
      return device != 0 ? "leg" : "call";
  }
}

std::string line_of(const Json& json) {
  auto line = dump(json);
  line.pop_back();
  return line;
}

}  // namespace

Happening call_step(sip::WallTime at, std::int64_t call, Step what, std::int64_t device) {
  const Json data{{"at", rfc3339(at)},
                  {"call", call},
                  {"what", proxy::record::to_string(what)},
                  {"device", device != 0 ? Json(device) : Json(nullptr)}};
  return {type_of(what, device), line_of(data)};
}

Happening registration_change(sip::WallTime at, std::int64_t registration, bool removed) {
  const Json data{{"at", rfc3339(at)}, {"registration", registration}, {"removed", removed}};
  return {"registration", line_of(data)};
}

Happening trouble(sip::WallTime at, std::string_view level, std::string_view event) {
  const Json data{{"at", rfc3339(at)}, {"level", level}, {"event", event}};
  return {event.starts_with("ban.") ? std::string_view{"ban"} : std::string_view{"health"},
          line_of(data)};
}

std::string to_string(const EventId& id) {
  return std::to_string(id.process) + '-' + std::to_string(id.number);
}

std::optional<EventId> parse_event_id(std::string_view text) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto process = sip::parse_number(text.substr(0, dash), most);
  const auto number = sip::parse_number(text.substr(dash + 1), most);
  if (!process || !number) return std::nullopt;
  return EventId{*process, *number};
}

std::string event_text(const EventId& id, std::string_view type, std::string_view data) {
  std::string text{"id: "};
  return text.append(to_string(id))
      .append("\nevent: ")
      .append(type)
      .append("\ndata: ")
      .append(data)
      .append("\n\n");
}

std::string stream_start(const EventId& id, bool gap) {
  return "retry: 1000\n" + event_text(id, gap ? "reset" : "hello", "{}");
}

}  // namespace web::api
