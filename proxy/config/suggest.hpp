#pragma once
#include <span>
#include <string>
#include <string_view>

namespace proxy::config {

/// " (did you mean 'registrar'?)" when one of the known names is a typing slip away, else "".
std::string suggestion(std::string_view written, std::span<const std::string_view> known);

}  // namespace proxy::config
