#pragma once
#include <array>
#include <boost/asio/buffer.hpp>
#include <deque>
#include <span>

#include "sipstack/base/bytes.hpp"
#include "sipstack/net/receiver.hpp"

namespace sip::net {

/// Bytes that wait until a stream takes them. What was partly written counts as waiting.
class SendQueue {
 public:
  struct Item {
    Bytes bytes;
    Cookie cookie{0};
    std::uint64_t asked{0};  ///< Flow::connection as the sender gave it
    bool message{false};     ///< not what a transport puts before and between messages
  };

  void push(Item item);
  bool empty() const { return items_.empty(); }
  std::size_t unsent() const { return unsent_; }
  /// The next pieces to write in one call. Valid until the queue changes.
  std::span<const boost::asio::const_buffer> pieces();
  /// How many items at the front are through when `count` more bytes of the pieces are written.
  std::size_t completed_by(std::size_t count) const;
  /// `count` bytes of the pieces were written.
  void sent(std::size_t count);
  const std::deque<Item>& items() const { return items_; }

 private:
  static constexpr std::size_t pieces_max = 64;  // what Asio hands to one writev

  std::deque<Item> items_;
  std::size_t offset_{0};  ///< written of the first item
  std::size_t unsent_{0};
  std::array<boost::asio::const_buffer, pieces_max> pieces_;
};

}  // namespace sip::net
