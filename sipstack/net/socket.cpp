#include "sipstack/net/socket.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace sip::net {
namespace {

constexpr int buffer_bytes = 4 * 1024 * 1024;
constexpr int backlog = 1024;

/// Closes the descriptor unless it was released, so that no error path leaks it.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_{fd} {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

void set_flag(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

/// The forced variant passes the system's ceiling and needs a privilege; the plain one is cut.
void set_buffer(int fd, int forced, int plain) {
  if (::setsockopt(fd, SOL_SOCKET, forced, &buffer_bytes, sizeof buffer_bytes) != 0)
    ::setsockopt(fd, SOL_SOCKET, plain, &buffer_bytes, sizeof buffer_bytes);
}

Descriptor open_bound(Transport transport, const Endpoint& address, int type) {
  const bool v4 = address.address.is_v4();
  Descriptor fd{::socket(v4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (fd.get() < 0) throw BindError{transport, address, errno};
  if (!v4) set_flag(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (is_stream(transport)) set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  const SocketAddress raw{address};
  if (::bind(fd.get(), raw.raw(), raw.size) != 0) throw BindError{transport, address, errno};
  return Descriptor{fd.release()};
}

}  // namespace

BindError::BindError(Transport transport, const Endpoint& address, int error)
    : std::runtime_error{std::string{to_string(transport)} + " " + address.to_string() + ": " +
                         std::generic_category().message(error)},
      error_{error} {}

void SocketAddress::set(const Endpoint& endpoint) {
  const auto& bytes = endpoint.address.bytes;
  if (endpoint.address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    std::memcpy(&in.sin_addr, bytes.data() + 12, 4);
    std::memcpy(&storage, &in, sizeof in);
    size = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(endpoint.port);
    std::memcpy(&in.sin6_addr, bytes.data(), 16);
    std::memcpy(&storage, &in, sizeof in);
    size = sizeof in;
  }
}

Endpoint to_endpoint(const sockaddr_storage& address) {
  Endpoint out;
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    out.address = Address::v4(ntohl(in.sin_addr.s_addr));
    out.port = ntohs(in.sin_port);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(out.address.bytes.data(), &in.sin6_addr, 16);
    out.port = ntohs(in.sin6_port);
  }
  return out;
}

Endpoint to_endpoint(const boost::asio::ip::tcp::endpoint& endpoint) {
  Endpoint out;
  out.port = endpoint.port();
  if (endpoint.address().is_v4())
    out.address = Address::v4(endpoint.address().to_v4().to_uint());
  else
    out.address.bytes = endpoint.address().to_v6().to_bytes();
  return out;
}

boost::asio::ip::tcp::endpoint to_asio(const Endpoint& endpoint) {
  namespace ip = boost::asio::ip;
  const auto& bytes = endpoint.address.bytes;
  if (!endpoint.address.is_v4()) return {ip::address_v6{bytes}, endpoint.port};
  ip::address_v4::bytes_type v4{};
  std::memcpy(v4.data(), bytes.data() + 12, v4.size());
  return {ip::address_v4{v4}, endpoint.port};
}

int open_udp(const Endpoint& address) {
  Descriptor fd{open_bound(Transport::udp, address, SOCK_DGRAM).release()};
  set_buffer(fd.get(), SO_RCVBUFFORCE, SO_RCVBUF);
  set_buffer(fd.get(), SO_SNDBUFFORCE, SO_SNDBUF);
  if (address.address.is_v4())
    set_flag(fd.get(), IPPROTO_IP, IP_RECVERR);
  else
    set_flag(fd.get(), IPPROTO_IPV6, IPV6_RECVERR);
  return fd.release();
}

int open_tcp(Transport transport, const Endpoint& address) {
  Descriptor fd{open_bound(transport, address, SOCK_STREAM).release()};
  if (::listen(fd.get(), backlog) != 0) throw BindError{transport, address, errno};
  return fd.release();
}

Endpoint bound_endpoint(int descriptor) {
  SocketAddress raw;
  raw.size = sizeof raw.storage;
  if (::getsockname(descriptor, raw.raw(), &raw.size) != 0)
    throw std::system_error{errno, std::generic_category(), "getsockname"};
  return to_endpoint(raw.storage);
}

}  // namespace sip::net
