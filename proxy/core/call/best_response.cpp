#include "proxy/core/call/best_response.hpp"

#include <algorithm>
#include <array>

namespace proxy::call {
namespace {

/// Lower is better. A timeout of our own making (408) and an overloaded phone (503) tell the caller
/// least, so they come last in their class.
int rank(int status) {
  const int status_class = status / 100;
  if (status_class == 6) return 0;
  constexpr std::array telling{401, 407, 415, 420, 484};
  int order = 1;
  if (std::ranges::find(telling, status) != telling.end()) order = 0;
  if (status == 408 || status == 503) order = 2;
  return status_class * 10 + order;
}

}  // namespace

std::size_t best_response(std::span<const BranchFinal> finals) {
  const auto best =
      std::ranges::min_element(finals, {}, [](const BranchFinal& f) { return rank(f.status); });
  return static_cast<std::size_t>(best - finals.begin());
}

bool is_better(int status, int than) { return rank(status) < rank(than); }

}  // namespace proxy::call
