#include "bench/load/pushes.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace bench {

Pushes::Pushes(std::uint16_t port)
    : event_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)}, receiver_{std::string{}, port} {
  if (event_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

Pushes::~Pushes() {
  receiver_.on_push({});
  ::close(event_);
}

void Pushes::deliver_by(Wire& wire, Handler handler) {
  handler_ = std::move(handler);
  wire.watch(event_, [this] { take(); });
  receiver_.on_push([this](const app::demo::PushSeen& push) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(push);
    }
    eventfd_write(event_, 1);
  });
}

void Pushes::take() {
  eventfd_t count = 0;
  eventfd_read(event_, &count);
  std::vector<app::demo::PushSeen> came;
  {
    const std::lock_guard lock{mutex_};
    came = std::exchange(waiting_, {});
  }
  for (const auto& push : came) handler_(push);
}

}  // namespace bench
