#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace proxy::config {

/// "500ms", "15s", "2h30m", "90d": whole numbers with units from large to small, each unit once.
/// Nothing for anything else and above 100 years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The shortest text that parse_duration() reads back: "2h30m", "0s".
std::string to_text(std::chrono::milliseconds duration);

}  // namespace proxy::config
