#include "proxy/config/duration.hpp"

#include <array>
#include <cstdint>

#include "sipstack/base/text.hpp"

namespace proxy::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 5> units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::int64_t longest_ms = 100LL * 365 * 86'400'000;

std::size_t run_of(std::string_view text, bool (*accepts)(char)) {
  std::size_t length = 0;
  while (length < text.size() && accepts(text[length])) ++length;
  return length;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const auto digits = text.substr(0, run_of(text, sip::is_digit));
    text.remove_prefix(digits.size());
    const auto name = text.substr(0, run_of(text, sip::is_alpha));
    text.remove_prefix(name.size());

    const auto number = sip::parse_number(digits, longest_ms);
    while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
    if (!number || next_unit == units.size()) return std::nullopt;
    const auto count = static_cast<std::int64_t>(*number);
    if (count > (longest_ms - total) / units[next_unit].ms) return std::nullopt;
    total += count * units[next_unit].ms;
    ++next_unit;
  }
  return std::chrono::milliseconds{total};
}

std::string to_text(std::chrono::milliseconds duration) {
  std::string text;
  std::int64_t rest = duration.count();
  for (const auto& unit : units) {
    if (rest >= unit.ms) text += std::to_string(rest / unit.ms).append(unit.name);
    rest %= unit.ms;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace proxy::config
