#include "sipstack/net/receiver.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace sip::net {

void Notices::put(Notice notice) {
  waiting_.push_back(std::move(notice));
  if (std::exchange(posted_, true)) return;
  boost::asio::post(io_, [this] {
    posted_ = false;
    if (!waiting_.empty()) deliver();
  });
}

void Notices::deliver() {
  for (const auto& notice : std::exchange(waiting_, {}))
    std::visit([this](const auto& one) { tell(one); }, notice);
  receiver_.on_batch_end();
}

}  // namespace sip::net
