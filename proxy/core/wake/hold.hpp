#pragma once
#include <string_view>

#include "proxy/core/settings/settings.hpp"

namespace proxy::wake {

/// How long a call is held for a device with these wake times (record::Device::wake_times), from
/// its push on: `wake.timeout`, or as long as the device is known to need when `wake.adaptive` is
/// on (docs/adr/0003-how-long-a-call-is-held.md).
sip::Duration hold_time(std::string_view wake_times, const Settings::Wake& policy);

}  // namespace proxy::wake
