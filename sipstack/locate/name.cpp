#include "sipstack/locate/name.hpp"

#include "sipstack/base/text.hpp"
#include "sipstack/locate/bounds.hpp"

namespace sip::locate {

std::optional<std::string> canonical_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > name_bytes_max) return std::nullopt;
  bool last_is_number = true;
  std::size_t label = 0;
  for (const char c : text) {
    if (c == '.') {
      if (label == 0) return std::nullopt;
      label = 0;
      last_is_number = true;
      continue;
    }
    if (!is_digit(c) && !is_alpha(c) && c != '-' && c != '_') return std::nullopt;
    last_is_number = last_is_number && is_digit(c);
    if (++label > label_bytes_max) return std::nullopt;
  }
  if (label == 0 || last_is_number) return std::nullopt;
  return to_lower(text);
}

}  // namespace sip::locate
