#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

// The keys of [wake].
std::span<const Key<Config>> wake_keys();

}  // namespace proxy::config
