#pragma once
#include <optional>

#include "proxy/core/push/request.hpp"
#include "proxy/core/push/webhook.hpp"
#include "proxy/core/settings/settings.hpp"

namespace proxy::push {

/// The push for this notice, by the service its device is woken by (without a device: by webhook),
/// with its body and signature. Nothing when it cannot be sent.
std::optional<Request> word(const CallNotice& notice, const Settings& settings);

}  // namespace proxy::push
