#pragma once
#include <optional>

#include "proxy/core/push/request.hpp"
#include "proxy/core/record/rows.hpp"
#include "proxy/core/settings/settings.hpp"

namespace proxy::push {

/// Which service wakes a device with these coordinates, and by which app and token; the body is
/// still to be written. Nothing when it cannot be woken. What no configured app fits goes to the
/// webhook when there is one.
std::optional<Request> route_of(const record::PushTarget& target, Kind kind,
                                const Settings& settings);

/// The same for a user without a device: by webhook or not at all.
std::optional<Request> route_to_user(const Settings& settings);

/// True when a call can wake it.
bool can_be_woken(const record::PushTarget& target, const Settings& settings);

}  // namespace proxy::push
