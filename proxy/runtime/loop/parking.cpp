#include "proxy/runtime/loop/parking.hpp"

#include <algorithm>
#include <iterator>

namespace proxy::runtime {

bool Parking::is_free(Seq after) const {
  return after <= committed_ || std::any_of(lost_.begin(), lost_.end(), [after](const auto& range) {
           return range.first <= after && after <= range.second;
         });
}

bool Parking::park(Seq after, Item item) {
  if (size_ >= limit_) return false;
  waiting_[after].push_back(std::move(item));
  ++size_;
  return true;
}

Parking::Items Parking::commit(Seq seq) {
  Items free;
  committed_ = std::max(committed_, seq);
  const auto end = waiting_.upper_bound(committed_);
  for (auto group = waiting_.begin(); group != end; ++group)
    free.insert(free.end(), std::make_move_iterator(group->second.begin()),
                std::make_move_iterator(group->second.end()));
  waiting_.erase(waiting_.begin(), end);
  size_ -= free.size();
  std::erase_if(lost_, [this](const auto& range) { return range.second <= committed_; });
  return free;
}

std::size_t Parking::lose(Seq from, Seq to) {
  std::size_t count = 0;
  const auto begin = waiting_.lower_bound(from);
  const auto end = waiting_.upper_bound(to);
  for (auto group = begin; group != end; ++group) count += group->second.size();
  waiting_.erase(begin, end);
  size_ -= count;
  if (to > committed_) lost_.emplace_back(from, to);
  return count;
}

}  // namespace proxy::runtime
