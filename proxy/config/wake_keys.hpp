#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

// The keys of [wake] and [wake.budget].
std::span<const Key<Config>> wake_keys();
std::span<const Key<Config>> wake_budget_keys();

}  // namespace proxy::config
