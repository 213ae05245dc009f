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
#include <stdexcept>

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

}  // namespace

Socket::Socket(const std::string& ip, std::uint16_t port, const std::string& target)
    : descriptor_{socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
  if (descriptor_ < 0) fail("socket");
  const int size = 4 << 20;
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
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
  // A datagram that is lost here is sent again by its timer, as one lost on the way.
  [[maybe_unused]] const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), 0);
}

std::size_t Socket::receive(std::vector<char>& buffer) {
  const auto size = recv(descriptor_, buffer.data(), buffer.size(), 0);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

Wire::Wire() : epoll_{epoll_create1(EPOLL_CLOEXEC)}, buffer_(65'536) {
  if (epoll_ < 0) fail("epoll");
}
Wire::~Wire() { ::close(epoll_); }

Socket& Wire::open(const std::string& ip, std::uint16_t port, const std::string& target,
                   Handler handler) {
  auto entry = std::make_unique<Entry>();
  entry->socket = std::make_unique<Socket>(ip, port, target);
  entry->handler = std::move(handler);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = entry.get();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, entry->socket->descriptor(), &event) != 0) fail("epoll");
  entries_.push_back(std::move(entry));
  return *entries_.back()->socket;
}

void Wire::close(Socket& socket) {
  std::erase_if(entries_, [&](const auto& entry) { return entry->socket.get() == &socket; });
}

void Wire::poll(std::chrono::milliseconds wait) {
  std::array<epoll_event, 64> events{};
  const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                               static_cast<int>(wait.count()));
  for (int i = 0; i < ready; ++i) {
    auto& entry = *static_cast<Entry*>(events[static_cast<std::size_t>(i)].data.ptr);
    while (const auto size = entry.socket->receive(buffer_))
      entry.handler(*entry.socket, std::string{buffer_.data(), size});
  }
}

}  // namespace bench
