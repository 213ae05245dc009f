#include "proxy/core/wake/hold.hpp"

#include <algorithm>

#include "proxy/core/record/wake_times.hpp"

namespace proxy::wake {

namespace {

constexpr std::size_t samples_min = 5;
constexpr sip::Duration shortest{5'000};
constexpr sip::Duration margin{2'000};

}  // namespace

sip::Duration hold_time(std::string_view wake_times, const Settings::Wake& policy) {
  if (!policy.adaptive) return policy.timeout;
  const auto figures = record::wake_figures(wake_times);
  if (!figures || figures->samples < samples_min) return policy.timeout;
  const auto learned = figures->p95 + figures->p95 / 2 + margin;
  return std::min(std::max(learned, shortest), policy.timeout);
}

}  // namespace proxy::wake
