#pragma once
#include <string_view>
#include <vector>

#include "proxy/core/settings/settings.hpp"

namespace proxy {

/// True when a phone with this `pn-provider` can be woken. The webhook wakes for every service that
/// is not spoken to.
bool has_push_service(const Settings& settings, std::string_view provider);

/// What a phone that asks which services there are is told (RFC 8599 section 4.1.5).
std::vector<std::string_view> push_services(const Settings& settings);

}  // namespace proxy
