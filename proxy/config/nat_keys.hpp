#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

// The keys of [nat].
std::span<const Key<Config>> nat_keys();

}  // namespace proxy::config
