#pragma once
#include <optional>
#include <string_view>

#include "proxy/core/engine/core.hpp"

namespace proxy {

/// Bans a source, writes the row and says so in the log. Without a length the next step of
/// `abuse.ban_times` holds.
record::Ban set_ban(Core& core, const sip::Address& source, std::string_view reason,
                    std::optional<sip::Duration> length);
/// Ends the ban before its time; the source begins anew. `id` is known.
record::Ban lift_ban(Core& core, std::int64_t id);

}  // namespace proxy
