#include "proxy/core/call/fork_order.hpp"

#include <algorithm>
#include <utility>

namespace proxy::call {

void put_in_order(std::vector<Candidate>& candidates, Settings::Strategy strategy) {
  if (strategy == Settings::Strategy::serial)
    std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::q);
}

std::vector<Candidate> take_group(std::vector<Candidate>& ordered, Settings::Strategy strategy) {
  if (strategy == Settings::Strategy::parallel || ordered.empty())
    return std::exchange(ordered, {});
  const auto end = std::ranges::find_if(
      ordered, [q = ordered.front().q](const Candidate& c) { return c.q != q; });
  std::vector<Candidate> group{ordered.begin(), end};
  ordered.erase(ordered.begin(), end);
  return group;
}

}  // namespace proxy::call
