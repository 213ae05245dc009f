#pragma once
#include <span>

namespace proxy::call {

/// One final status of a branch, in the order of arrival.
struct BranchFinal {
  int status{0};
  std::size_t branch{0};
};

/// The response a proxy forwards when every branch has ended (RFC 3261 section 16.7 step 6):
/// a 6xx if there is one, else the lowest class, within 4xx those that tell the caller what to
/// change. Returns the position in `finals`; finals must not be empty.
std::size_t best_response(std::span<const BranchFinal> finals);

/// True when the caller is better served by `status` than by `than`, by the same order.
bool is_better(int status, int than);

}  // namespace proxy::call
