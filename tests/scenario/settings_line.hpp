#pragma once
#include <string>
#include <string_view>

#include "proxy/core/settings/settings.hpp"

namespace test {

/// What a scenario runs with when it says nothing: example.com, a webhook with a secret.
proxy::Settings scenario_settings();
/// "wake.timeout", "30s". Throws ScriptError for a key it does not know.
void apply_setting(proxy::Settings& settings, std::string_view key, const std::string& value);

}  // namespace test
