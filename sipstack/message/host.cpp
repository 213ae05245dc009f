#include "sipstack/message/host.hpp"

#include <algorithm>
#include <optional>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

constexpr auto none = std::string_view::npos;

constexpr CharSet name_chars = CharSet::alphanumeric_and("-._");
constexpr CharSet hex_chars{"0123456789abcdefABCDEF"};

bool is_hex_group(std::string_view text) {
  return !text.empty() && text.size() <= 4 && hex_chars.holds_all(text);
}

bool is_ipv4(std::string_view text) {
  for (int octet = 0; octet < 4; ++octet) {
    const auto dot = std::min(text.find('.'), text.size());
    if (dot > 3 || !parse_number(text.substr(0, dot), 255)) return false;
    if ((dot == text.size()) != (octet == 3)) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

/// How many 16-bit groups the text stands for; an IPv4 tail stands for two.
std::optional<int> count_groups(std::string_view text) {
  int groups = 0;
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto group = text.substr(0, colon);
    if (is_hex_group(group)) {
      ++groups;
    } else if (colon == none && is_ipv4(group)) {
      groups += 2;
    } else {
      return std::nullopt;
    }
    if (colon == none) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;  // a colon with nothing behind it
  }
  return groups;
}

}  // namespace

bool is_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  if (gap == none) return count_groups(text) == 8;
  const auto head = text.substr(0, gap);
  auto tail = text.substr(gap + 2);
  if (tail.starts_with(':') && is_ipv4(tail.substr(1))) tail.remove_prefix(1);
  const auto before = count_groups(head);
  const auto after = count_groups(tail);
  return before && after && *before + *after <= 7 && head.find('.') == none;
}

bool is_host(std::string_view text) {
  if (text.starts_with('['))
    return text.size() > 2 && text.back() == ']' && is_ipv6(text.substr(1, text.size() - 2));
  return !text.empty() && name_chars.holds_all(text);
}

}  // namespace sip
