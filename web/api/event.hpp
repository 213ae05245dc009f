#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/timeline.hpp"
#include "sipstack/base/time.hpp"

namespace web::api {

/// What the stream of events says happened: enough to know what to read again.
struct Happening {
  std::string_view type;  ///< "call", "leg", "push", "registration", "ban" or "health"; a literal
  std::string data;       ///< one line of JSON
};

/// A step of a call; which type it is depends on whom it touches.
Happening call_step(sip::WallTime at, std::int64_t call, proxy::record::Step what,
                    std::int64_t device);
Happening registration_change(sip::WallTime at, std::int64_t registration, bool removed);
/// Something went wrong, or somebody was banned; `event` is the name of the log line.
Happening trouble(sip::WallTime at, std::string_view level, std::string_view event);

/// Where a stream of events goes on. Ids are given out anew by each process.
struct EventId {
  std::uint64_t process{0};
  std::uint64_t number{0};
  bool operator==(const EventId&) const = default;
};
/// "1700000000000-17"
std::string to_string(const EventId& id);
std::optional<EventId> parse_event_id(std::string_view text);

/// One event as it goes over the wire (HTML Standard section 9.2).
std::string event_text(const EventId& id, std::string_view type, std::string_view data);
/// Begins a stream: "hello" says that it goes on where `Last-Event-ID` left it, "reset" that there
/// is a gap, so that everything has to be read again.
std::string stream_start(const EventId& id, bool gap);

}  // namespace web::api
