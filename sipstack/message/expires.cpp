#include "sipstack/message/expires.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace sip {

std::optional<std::uint32_t> parse_delta_seconds(std::string_view text) {
  text = trim(text);
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  return static_cast<std::uint32_t>(parse_number(text, UINT32_MAX).value_or(UINT32_MAX));
}

}  // namespace sip
