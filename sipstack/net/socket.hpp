#pragma once
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <stdexcept>
#include <string>

#include "sipstack/transport/flow.hpp"

namespace sip::net {

/// A listener could not be opened. what(): "udp 127.0.0.1:5060: Address already in use".
class BindError : public std::runtime_error {
 public:
  BindError(Transport transport, const Endpoint& address, int error);
  int error() const { return error_; }  ///< errno

 private:
  int error_;
};

/// An endpoint as the system calls take it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size{0};

  SocketAddress() = default;
  explicit SocketAddress(const Endpoint& endpoint) { set(endpoint); }
  void set(const Endpoint& endpoint);
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// An IPv6 scope is lost: link-local peers cannot be told apart by interface.
Endpoint to_endpoint(const sockaddr_storage& address);
Endpoint to_endpoint(const boost::asio::ip::tcp::endpoint& endpoint);
boost::asio::ip::tcp::endpoint to_asio(const Endpoint& endpoint);

/// A bound, non-blocking descriptor with 4 MB buffers (or what the system allows) and ICMP errors
/// reported. Throws BindError. The caller owns the descriptor.
int open_udp(const Endpoint& address);
/// A listening, non-blocking descriptor for a transport over TCP; an IPv6 one serves IPv6 alone.
/// Throws BindError.
int open_tcp(Transport transport, const Endpoint& address);
/// The address a descriptor is bound to.
Endpoint bound_endpoint(int descriptor);

}  // namespace sip::net
