#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "web/api/problem.hpp"

namespace web::api {

/// A request target taken apart (RFC 9112 section 3.2), escapes undone after the split, so that an
/// escaped slash is part of a segment. "/" has one empty segment.
struct Target {
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;

  /// Value of a query parameter, nothing when it was not given.
  std::optional<std::string> parameter(std::string_view name) const;
};

/// Refuses what is no path, cut-off escapes, and a query parameter that is given twice.
std::variant<Target, Problem> parse_target(std::string_view text);

/// Escapes everything in one path segment but unreserved characters, "@" and "+".
std::string escape_segment(std::string_view text);

}  // namespace web::api
