#include "proxy/core/record/wake_times.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace proxy::record {
namespace {

/// Milliseconds, the highest byte first: 24 bits hold wake_longest.
constexpr std::size_t sample_size = 3;

bool is_wake(sip::Duration took) { return took.count() >= 0 && took <= wake_longest; }

sip::Duration sample(std::string_view bytes) {
  std::uint32_t ms = 0;
  for (const char c : bytes) ms = ms << 8 | static_cast<unsigned char>(c);
  return sip::Duration{ms};
}

/// The smallest value that at least `percent` of 100 are not above.
sip::Duration percentile(const sip::Duration* sorted, std::size_t count, std::size_t percent) {
  return sorted[(count * percent + 99) / 100 - 1];
}

}  // namespace

bool add_wake_time(std::string& times, sip::Duration took) {
  if (!is_wake(took)) return false;
  constexpr std::size_t full = wake_times_kept * sample_size;
  times.resize(times.size() - times.size() % sample_size);
  if (times.size() >= full) times.erase(0, times.size() - full + sample_size);
  const auto ms = static_cast<std::uint32_t>(took.count());
  for (unsigned shift = 8 * sample_size; shift != 0;) {
    shift -= 8;
    times.push_back(static_cast<char>(ms >> shift & 0xff));
  }
  return true;
}

std::optional<WakeFigures> wake_figures(std::string_view times) {
  std::array<sip::Duration, wake_times_kept> samples{};
  std::size_t count = 0;
  for (; times.size() >= sample_size && count < samples.size(); times.remove_prefix(sample_size))
    if (const auto took = sample(times.substr(0, sample_size)); is_wake(took))
      samples.at(count++) = took;
  if (count == 0) return std::nullopt;
  std::sort(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
  return WakeFigures{count, percentile(samples.data(), count, 50),
                     percentile(samples.data(), count, 95)};
}

}  // namespace proxy::record
