#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

// The keys of [abuse].
std::span<const Key<Config>> abuse_keys();

}  // namespace proxy::config
