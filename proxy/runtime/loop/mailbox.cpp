#include "proxy/runtime/loop/mailbox.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace proxy::runtime {

Mailbox::Mailbox(boost::asio::io_context& io, std::size_t limit, Deliver deliver)
    : io_{io}, limit_{limit}, deliver_{std::move(deliver)} {}

void Mailbox::post(Event event) {
  const std::scoped_lock lock{mutex_};
  put(std::move(event));
}

bool Mailbox::offer(Event event) {
  const std::scoped_lock lock{mutex_};
  if (offered_ >= limit_) return false;
  ++offered_;
  put(std::move(event));
  return true;
}

void Mailbox::put(Event event) {
  waiting_.push_back(std::move(event));
  if (waiting_.size() == 1) boost::asio::post(io_, [this] { take(); });
}

void Mailbox::take() {
  {
    const std::scoped_lock lock{mutex_};
    taken_.swap(waiting_);
    offered_ = 0;
  }
  deliver_(taken_);
  taken_.clear();
}

}  // namespace proxy::runtime
