#include "sipstack/net/send_queue.hpp"

#include <utility>

namespace sip::net {

void SendQueue::push(Item item) {
  if (item.bytes->empty()) return;
  unsent_ += item.bytes->size();
  items_.push_back(std::move(item));
}

std::span<const boost::asio::const_buffer> SendQueue::pieces() {
  std::size_t count = 0;
  for (auto item = items_.begin(); item != items_.end() && count < pieces_max; ++item, ++count)
    pieces_[count] = boost::asio::buffer(*item->bytes);
  if (count > 0) pieces_[0] += offset_;
  return {pieces_.data(), count};
}

std::size_t SendQueue::completed_by(std::size_t count) const {
  std::size_t written = offset_ + count;
  std::size_t through = 0;
  for (const auto& item : items_) {
    if (written < item.bytes->size()) break;
    written -= item.bytes->size();
    ++through;
  }
  return through;
}

void SendQueue::sent(std::size_t count) {
  unsent_ -= count;
  offset_ += count;
  while (!items_.empty() && offset_ >= items_.front().bytes->size()) {
    offset_ -= items_.front().bytes->size();
    items_.pop_front();
  }
}

}  // namespace sip::net
