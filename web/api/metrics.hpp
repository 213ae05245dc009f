#pragma once
#include <string>
#include <string_view>

#include "web/api/answer.hpp"

namespace web::api {

/// All figures in the Prometheus text exposition format, version 0.0.4.
std::string metrics_text(const Metrics& metrics);

/// A label value as it stands between the quotes: backslash, quote and newline escaped.
std::string escape_label(std::string_view value);

}  // namespace web::api
