#pragma once
#include <span>

#include "proxy/config/keys.hpp"

namespace proxy::config {

// The keys of [tls] and [connections].
std::span<const Key<Config>> tls_keys();
std::span<const Key<Config>> connection_keys();
void check_tls(const Value& table, const Config& config);

}  // namespace proxy::config
