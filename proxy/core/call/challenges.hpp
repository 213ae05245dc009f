#pragma once
#include <span>
#include <string>

namespace proxy::call {

/// The best response of a fork, when it is a 401 or 407, with the challenges of the other 401s and
/// 407s added (RFC 3261 section 16.7 step 7), so that the caller can answer all devices at once.
/// Any other response comes back as it is.
std::string with_all_challenges(std::string best, std::span<const std::string> others);

}  // namespace proxy::call
