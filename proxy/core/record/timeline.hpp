#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sipstack/base/time.hpp"

namespace proxy::record {

/// What happened at one step of a call. The text form (to_string) is an interface: the API, the
/// page and scripts show it.
enum class Step : std::uint8_t {
  invite,  ///< the caller's INVITE came
  held,    ///< no device could take it at once
  push_asked,
  push_accepted,
  push_refused,
  push_failed,
  push_not_durable,  ///< handed over before it was committed
  push_dropped,      ///< the call was over before the push left
  registered,        ///< a device that was asked registered
  keep_alive,        ///< or sent a keep-alive on its known flow
  branch,            ///< INVITE sent to a device
  branch_failed,     ///< the branch ended without reaching the device
  superseded,
  provisional,  ///< 1xx from a device
  answered,
  declined,
  failed,            ///< other final response from a device
  cancelled,         ///< CANCEL from the caller
  branch_cancelled,  ///< CANCEL sent to a device
  replied,           ///< final response to the caller
  ended,             ///< BYE
  late_invite,
  late_response,
  late_cancel,
  late_done,
  late_failed,
  restarted,     ///< the server came back while the call was open
  gone,          ///< the window closed and the device had not come
  unregistered,  ///< the device un-registered while the call waited for it
  coalesced,     ///< rings as part of another call of the same caller
  passed_over,   ///< serial forking went on to the next phones
  missed_notice_sent,
  missed_notice_failed,
  push_withheld,  ///< too many pushes: nobody was asked
  forwarded,      ///< goes on to somebody else
  not_forwarded,  ///< or should have, and could not
};

struct Entry {
  sip::WallTime at{};
  Step what{Step::invite};
  std::int64_t device{0};  ///< Device::id, 0 for none
  std::string detail;      ///< short text: a status line, a reason, a contact
  bool operator==(const Entry&) const = default;
};
using Timeline = std::vector<Entry>;

std::string_view to_string(Step step);  ///< "push_accepted"

/// The timeline as one blob: a version byte, then per entry varint milliseconds since the entry
/// before (the first: since 1970), step byte, varint device, varint length and detail.
std::string encode(const Timeline& timeline);
/// Nothing when the blob is damaged.
std::optional<Timeline> decode(std::string_view blob);

}  // namespace proxy::record
