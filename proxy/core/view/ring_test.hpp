#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sipstack/base/time.hpp"

namespace proxy::view {

enum class RingResult : std::uint8_t { running, passed, failed };

enum class RingStep : std::uint8_t {
  push_asked,
  push_accepted,
  push_refused,
  registered,
  not_registered,  ///< it did not come in time
  awake,           ///< it was there already: it is called without waiting for its REGISTER
  invite,
  rang,
  answered,  ///< somebody, or the phone by itself, took the call before it was cancelled
  refused,   ///< its answer was neither
  silent,    ///< no answer to the INVITE
};

/// The last ring test of a device, step by step.
struct RingTest {
  std::int64_t device{0};
  sip::WallTime started_at{};
  RingResult result{RingResult::running};
  struct Entry {
    sip::WallTime at{};
    RingStep what{};
    std::string detail;  ///< the service's or the phone's own words, may be empty
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> steps;
};

std::string_view to_string(RingResult result);
std::string_view to_string(RingStep step);

}  // namespace proxy::view
