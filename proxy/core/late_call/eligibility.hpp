#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/settings/settings.hpp"

namespace proxy::late_call {

/// How a call ended, as far as a device that comes too late has to be told.
enum class End : std::uint8_t { missed, answered, declined, as_caller_said };

/// True when phones like this one are left with a call screen and need the late call.
bool is_eligible(const record::Device& device, const Settings::LateCall& policy);

/// The moment after which a device gets no late call any more (design, "Late call"), by the windows
/// of its platform.
sip::TimePoint window_end(sip::TimePoint call_end, sip::TimePoint pushed_at,
                          const record::Device& device, const Settings::LateCall& policy);

/// True when a Reason value says that the call was answered elsewhere: SIP;cause=200 or
/// Q.850;cause=26, as PBXs end their ring groups.
bool means_answered(std::string_view reason_value);

End end_of(const record::Call& call);
/// Value of the Reason header for that end; empty for a missed call. A caller who gave up and said
/// so in terms of ISDN alone (RFC 3326 section 2: Q.850) has made a missed call too, which phones
/// show only when they are told in terms of SIP.
std::string reason_for(End end, std::string_view caller_reason);

inline constexpr std::string_view reason_answered =
    "SIP;cause=200;text=\"Call completed elsewhere\"";
inline constexpr std::string_view reason_declined = "SIP;cause=600;text=\"Busy Everywhere\"";
inline constexpr std::string_view reason_missed = "SIP;cause=487";

}  // namespace proxy::late_call
