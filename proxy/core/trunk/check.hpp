#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/trunk_rows.hpp"

namespace proxy::trunk {

/// What is wrong with a row, and with which of its parts.
struct Fault {
  std::string_view field;  ///< a literal
  std::string why;
};

/// What can be said of a row alone; nothing when it is right.
std::optional<Fault> check(const record::Trunk& trunk);
std::optional<Fault> check(const record::Route& route);

/// Lower case letters, digits and "._-", 1 to 64 of them, and none of "users", "trunks", "any".
bool is_trunk_name(std::string_view text);

}  // namespace proxy::trunk
