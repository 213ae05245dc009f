#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

// The keys of [push.webhook] and [push.webpush]; those of each [[push.apns]] and [[push.fcm]] are
// named in keys.hpp.
std::span<const Key<Config>> webhook_keys();
std::span<const Key<Config>> webpush_keys();

}  // namespace proxy::config
