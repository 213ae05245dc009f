#pragma once
#include <cstdint>
#include <vector>

#include "proxy/core/settings/settings.hpp"

namespace proxy::call {

/// A device that may be asked for a call.
struct Candidate {
  std::int64_t device{0};
  std::uint16_t q{1000};  ///< thousandths, of its newest contact
};

/// Puts the devices into the order they are asked in: by falling q when forking is serial, as they
/// are otherwise (RFC 3261 section 16.6).
void put_in_order(std::vector<Candidate>& candidates, Settings::Strategy strategy);

/// Takes those that are asked next off the front: all of them, or those of the highest q.
std::vector<Candidate> take_group(std::vector<Candidate>& ordered, Settings::Strategy strategy);

}  // namespace proxy::call
