#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sip {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

namespace detail {
constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> table{};
  for (char c = 0; c < 127; ++c)
    table[static_cast<unsigned char>(c)] =
        is_digit(c) || is_alpha(c) ||
        std::string_view{"-.!%*_+`'~"}.find(c) != std::string_view::npos;
  return table;
}
inline constexpr auto token_chars = token_table();
}  // namespace detail

/// RFC 3261 section 25.1 "token".
constexpr bool is_token_char(char c) { return detail::token_chars[static_cast<unsigned char>(c)]; }
bool is_token(std::string_view text);

/// ASCII only, as RFC 3261 section 7.3.1 compares names and tokens.
bool iequals(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);

/// The one parser of 1*DIGIT: nothing but digits, nothing above `max`, no overflow.
std::optional<std::uint64_t> parse_number(std::string_view digits, std::uint64_t max);

std::string to_hex(std::span<const std::uint8_t> bytes);
/// Nothing when the length is odd or a character is no hex digit.
std::optional<std::string> from_hex(std::string_view hex);

/// Undoes %HH escapes. Nothing when an escape is cut off or not hex (RFC 3261 section 19.1.2).
std::optional<std::string> unescape(std::string_view text);

/// Matches `*` (any run) and `?` (any one character), the whole text, case-sensitive.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace sip
