#pragma once
#include <cstddef>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "proxy/core/engine/action.hpp"

namespace proxy::runtime {

/// Sends and replies that wait until the store has committed what they tell ("durable before
/// visible, by watermark"). They leave by sequence number, and within one as they came.
class Parking {
 public:
  using Item = std::variant<Send, Reply>;
  using Items = std::vector<Item>;

  explicit Parking(std::size_t limit) : limit_{limit} {}

  /// True when what waits for this number need not wait: it was committed, or given up for lost.
  bool is_free(Seq after) const;
  /// False when there is no room: the item is lost.
  bool park(Seq after, Item item);
  /// All that may leave now that everything up to `seq` is in the store.
  Items commit(Seq seq);
  /// The batches from..to are lost: what waits for them is thrown away. What comes later and names
  /// them (the retransmission of an amended answer) is free to leave. Returns how many were lost.
  std::size_t lose(Seq from, Seq to);
  std::size_t size() const { return size_; }

 private:
  std::size_t limit_;
  Seq committed_{0};
  std::map<Seq, Items> waiting_;
  std::vector<std::pair<Seq, Seq>> lost_;  ///< ranges above committed_
  std::size_t size_{0};
};

}  // namespace proxy::runtime
