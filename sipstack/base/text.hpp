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

/// A set of characters, asked by one table look-up a character.
class CharSet {
 public:
  constexpr explicit CharSet(std::string_view chars) {
    for (const char c : chars) table_[static_cast<unsigned char>(c)] = true;
  }
  /// Letters and digits and these.
  static constexpr CharSet alphanumeric_and(std::string_view chars) {
    CharSet set{chars};
    for (char c = 0; c < 127; ++c)
      if (is_digit(c) || is_alpha(c)) set.table_[static_cast<unsigned char>(c)] = true;
    return set;
  }
  static constexpr CharSet all_but(std::string_view chars) {
    CharSet set{chars};
    for (bool& in : set.table_) in = !in;
    return set;
  }
  /// All but these, controls and blanks.
  static constexpr CharSet visible_but(std::string_view chars) {
    CharSet set = all_but(chars);
    for (std::size_t c = 0; c <= 0x20; ++c) set.table_[c] = false;
    set.table_[0x7f] = false;
    return set;
  }

  constexpr bool has(char c) const { return table_[static_cast<unsigned char>(c)]; }
  /// Position of the first character from `at` on that is in the set; the size when none is.
  constexpr std::size_t find_in(std::string_view text, std::size_t at = 0) const {
    while (at < text.size() && !has(text[at])) ++at;
    return at;
  }
  /// Position of the first character from `at` on that is not in the set.
  constexpr std::size_t skip_in(std::string_view text, std::size_t at = 0) const {
    while (at < text.size() && has(text[at])) ++at;
    return at;
  }
  constexpr bool holds_all(std::string_view text) const { return skip_in(text) == text.size(); }

 private:
  std::array<bool, 256> table_{};
};

/// RFC 3261 section 25.1 "token".
inline constexpr CharSet token_chars = CharSet::alphanumeric_and("-.!%*_+`'~");
constexpr bool is_token_char(char c) { return token_chars.has(c); }
constexpr bool is_token(std::string_view text) {
  return !text.empty() && token_chars.holds_all(text);
}

/// ASCII only, as RFC 3261 section 7.3.1 compares names and tokens.
constexpr bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}
std::string to_lower(std::string_view text);
constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

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
