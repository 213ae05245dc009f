#include "bench/load/wire.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <utility>

#include "sipstack/transport/endpoint.hpp"

namespace bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error{what + ": " + std::strerror(errno)};
}

sockaddr_in to_sockaddr(const std::string& text) {
  const auto endpoint = sip::Endpoint::parse(text);
  if (!endpoint || !endpoint->address.is_v4())
    throw std::runtime_error{text + " is no IPv4 ADDRESS:PORT"};
  sockaddr_in raw{};
  raw.sin_family = AF_INET;
  raw.sin_port = htons(endpoint->port);
  std::memcpy(&raw.sin_addr, endpoint->address.bytes.data() + 12, 4);
  return raw;
}

/// The kernel's time stamp of a datagram on the clock used here; now when it has none.
Time arrival_of(msghdr& message) {
  const Time now = Clock::now();
  for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    timespec wall{};
    clock_gettime(CLOCK_REALTIME, &wall);
    return now - (std::chrono::seconds{wall.tv_sec - stamp.tv_sec} +
                  std::chrono::nanoseconds{wall.tv_nsec - stamp.tv_nsec});
  }
  return now;
}

}  // namespace

Socket::Socket(const std::string& ip, std::uint16_t port, const std::string& target)
    : descriptor_{socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
  if (descriptor_ < 0) fail("socket");
  const int size = 4 << 20;
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  const int yes = 1;
  setsockopt(descriptor_, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
  sockaddr_in own = to_sockaddr(ip + ":" + std::to_string(port));
  const sockaddr_in peer = to_sockaddr(target);
  if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
    fail("bind " + ip + ":" + std::to_string(port));
  if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) != 0)
    fail("connect " + target);
  socklen_t length = sizeof own;
  getsockname(descriptor_, reinterpret_cast<sockaddr*>(&own), &length);
  local_ = ip + ":" + std::to_string(ntohs(own.sin_port));
}

Socket::~Socket() { ::close(descriptor_); }

void Socket::send(std::string_view bytes) {
  if (holding_) {
    held_.emplace_back(bytes);
    return;
  }
  // A datagram that is lost here is sent again by its timer, as one lost on the way.
  [[maybe_unused]] const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), 0);
}

void Socket::release() {
  holding_ = false;
  for (const std::string& bytes : std::exchange(held_, {})) send(bytes);
}

std::size_t Socket::receive(std::vector<char>& buffer) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
  iovec piece{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto size = recvmsg(descriptor_, &message, 0);
  if (size <= 0) return 0;
  arrived_ = arrival_of(message);
  return static_cast<std::size_t>(size);
}

Wire::Wire() : epoll_{epoll_create1(EPOLL_CLOEXEC)}, buffer_(65'536) {
  if (epoll_ < 0) fail("epoll");
}
Wire::~Wire() { ::close(epoll_); }

Socket& Wire::open(const std::string& ip, std::uint16_t port, const std::string& target,
                   Handler handler) {
  auto entry = std::make_unique<Entry>();
  entry->socket = std::make_unique<Socket>(ip, port, target);
  Socket& kept = *entry->socket;
  entry->ready = [this, &kept, handler = std::move(handler)] {
    while (const auto size = kept.receive(buffer_))
      handler(kept, std::string{buffer_.data(), size});
  };
  add(kept.descriptor(), std::move(entry));
  return kept;
}

void Wire::watch(int descriptor, std::function<void()> ready) {
  auto entry = std::make_unique<Entry>();
  entry->ready = std::move(ready);
  add(descriptor, std::move(entry));
}

void Wire::add(int descriptor, std::unique_ptr<Entry> entry) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = entry.get();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll");
  entries_.push_back(std::move(entry));
}

void Wire::close(Socket& socket) {
  std::erase_if(entries_, [&](const auto& entry) { return entry->socket.get() == &socket; });
}

void Wire::poll(std::chrono::nanoseconds wait) {
  std::array<epoll_event, 64> events{};
  const auto whole = std::chrono::floor<std::chrono::seconds>(wait);
  const timespec limit{whole.count(), (wait - whole).count()};
  const int ready =
      epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &limit, nullptr);
  for (int i = 0; i < ready; ++i)
    static_cast<Entry*>(events[static_cast<std::size_t>(i)].data.ptr)->ready();
}

}  // namespace bench
