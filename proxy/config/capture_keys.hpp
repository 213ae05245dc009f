#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

/// The keys of [capture].
std::span<const Key<Config>> capture_keys();

}  // namespace proxy::config
