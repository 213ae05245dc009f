#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app::recipe {

/// Extensions that follow one another, as "100..120"; written with as many digits as here.
struct Extensions {
  std::uint64_t first{0};
  std::uint64_t last{0};
  std::size_t digits{1};
};

/// Reads "100..120" or "100". Throws std::invalid_argument that says what is wrong; at most 10,000
/// extensions of at most 15 digits.
Extensions read_extensions(std::string_view text);

/// "007" of the second extension from "006".
std::string number_at(const Extensions& range, std::uint64_t extension);

/// One position of a dial pattern: the digits from `low` to `high`.
struct DigitClass {
  char low{'0'};
  char high{'0'};
  bool operator==(const DigitClass&) const = default;
};
using Pattern = std::vector<DigitClass>;

/// Patterns that together match these extensions and no other number of as many digits: 100..120
/// becomes 1[0-1][0-9] and 120.
std::vector<Pattern> patterns_of(const Extensions& range);

/// "1[0-1][0-9]", for regular expressions.
std::string as_regex(const Pattern& pattern);
/// "_1[0-1]X", for Asterisk and FreePBX; without the underscore where there is nothing to match.
std::string as_dial_pattern(const Pattern& pattern);

}  // namespace app::recipe
