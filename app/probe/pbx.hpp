#pragma once
#include <vector>

#include "proxy/core/settings/settings.hpp"
#include "proxy/runtime/tls/health.hpp"

namespace app::probe {

/// Asks the PBX of the configuration with OPTIONS, from a socket of its own, and says what it
/// answered. Takes 4 s at most for each address its name has (two of them are asked).
std::vector<proxy::runtime::tls::Finding> ask_pbx(const proxy::Settings& settings);

}  // namespace app::probe
