#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace sip {

/// Where a machine leaves what it wants done. The caller drains it after the
/// machine has returned, so no machine is ever re-entered from its own output.
template <class Action>
class Outbox {
 public:
  template <class A>
  void put(A&& action) {
    actions_.emplace_back(std::forward<A>(action));
  }
  std::vector<Action> drain() { return std::exchange(actions_, {}); }
  /// Swaps with an empty vector of the caller, so that capacity is reused from drain to drain.
  void drain_into(std::vector<Action>& reused) {
    reused.clear();
    actions_.swap(reused);
  }
  bool empty() const { return actions_.empty(); }
  std::size_t size() const { return actions_.size(); }

 private:
  std::vector<Action> actions_;
};

}  // namespace sip
