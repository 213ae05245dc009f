#include "app/recipe/extensions.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace app::recipe {
namespace {

constexpr std::size_t digits_max = 15;
constexpr std::uint64_t extensions_max = 10'000;

std::uint64_t read_number(std::string_view text, std::string_view whole) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || text.size() > digits_max || error != std::errc{} || at != end)
    throw std::invalid_argument{"'" + std::string{whole} +
                                "' is no range of extensions: it must be like 100..120 or 100"};
  return value;
}

/// The largest block of a power of ten that begins at `first` and ends by `last`.
std::uint64_t block_from(std::uint64_t first, std::uint64_t last) {
  std::uint64_t size = 1;
  while (first % (size * 10) == 0 && first + size * 10 - 1 <= last) size *= 10;
  return size;
}

}  // namespace

Extensions read_extensions(std::string_view text) {
  const auto dots = text.find("..");
  const auto from = text.substr(0, dots);
  const auto to = dots == std::string_view::npos ? from : text.substr(dots + 2);
  const Extensions out{read_number(from, text), read_number(to, text), from.size()};
  if (to.size() != from.size())
    throw std::invalid_argument{"'" + std::string{text} +
                                "': both ends of a range must have the same number of digits"};
  if (out.last < out.first)
    throw std::invalid_argument{"'" + std::string{text} + "' ends before it begins"};
  if (out.last - out.first >= extensions_max)
    throw std::invalid_argument{"'" + std::string{text} + "' has more than 10,000 extensions"};
  return out;
}

std::string number_at(const Extensions& range, std::uint64_t extension) {
  auto text = std::to_string(extension);
  return std::string(range.digits - std::min(range.digits, text.size()), '0') + text;
}

std::vector<Pattern> patterns_of(const Extensions& range) {
  std::vector<Pattern> out;
  for (auto at = range.first; at <= range.last;) {
    const auto size = block_from(at, range.last);
    // As many blocks of this size as differ in one digit only are one pattern.
    std::uint64_t blocks = 1;
    while (at / size % 10 + blocks < 10 && at + (blocks + 1) * size - 1 <= range.last) ++blocks;
    const auto low = number_at(range, at);
    const auto high = number_at(range, at + blocks * size - 1);
    Pattern pattern;
    for (std::size_t i = 0; i < low.size(); ++i) pattern.push_back({low[i], high[i]});
    out.push_back(std::move(pattern));
    at += blocks * size;
  }
  return out;
}

std::string as_regex(const Pattern& pattern) {
  std::string out;
  for (const auto& digit : pattern)
    out += digit.low == digit.high ? std::string{digit.low}
                                   : std::string{'['} + digit.low + '-' + digit.high + ']';
  return out;
}

std::string as_dial_pattern(const Pattern& pattern) {
  std::string out;
  bool matches = false;
  for (const auto& digit : pattern) {
    matches = matches || digit.low != digit.high;
    if (digit == DigitClass{'0', '9'})
      out += 'X';
    else
      out += as_regex({digit});
  }
  return matches ? '_' + out : out;
}

}  // namespace app::recipe
