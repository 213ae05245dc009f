#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

/// The keys of [calls].
std::span<const Key<Config>> call_keys();

}  // namespace proxy::config
