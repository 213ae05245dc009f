#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/base/time.hpp"

namespace proxy::record {

/// How many wake times a device keeps. Twenty is the fewest at which the 95th percentile is not the
/// longest of them: one bad wake does not speak for all.
inline constexpr std::size_t wake_times_kept = 20;
/// A phone that comes later than that came for a reason of its own.
inline constexpr sip::Duration wake_longest{600'000};

/// Adds a time from push to REGISTER or keep-alive to Device::wake_times; the oldest goes when
/// there are too many. False when it is no wake time (negative, longer than wake_longest): nothing
/// is added then.
bool add_wake_time(std::string& times, sip::Duration took);

struct WakeFigures {
  std::size_t samples{0};
  sip::Duration p50{};
  sip::Duration p95{};
  bool operator==(const WakeFigures&) const = default;
};

/// Median and 95th percentile by nearest rank; nothing when no time is known. What is damaged in
/// the bytes is left out.
std::optional<WakeFigures> wake_figures(std::string_view times);

}  // namespace proxy::record
