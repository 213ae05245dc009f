#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>

#include "proxy/runtime/loop/host.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/net/socket.hpp"

namespace proxy::runtime {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  const auto read = parse_advertise(name.data());
  return read && read->port == 0 ? read->host : std::string{};
}

std::vector<sip::Address> interface_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{first, &::freeifaddrs};
  std::vector<sip::Address> addresses;
  for (const auto* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
    const auto family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    sockaddr_storage storage{};
    std::memcpy(&storage, one->ifa_addr,
                family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    addresses.push_back(sip::net::to_endpoint(storage).address);
  }
  return addresses;
}

/// Connecting a datagram socket sends nothing; it only chooses a route. The addresses are those
/// set aside for documentation (RFC 5737, RFC 3849).
std::optional<sip::Address> outward(const char* somewhere) {
  const sip::net::SocketAddress there{*sip::Endpoint::parse(somewhere)};
  const int fd = ::socket(there.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  std::optional<sip::Address> found;
  sockaddr_storage here{};
  socklen_t size = sizeof here;
  if (::connect(fd, there.raw(), there.size) == 0 &&
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size) == 0)
    found = sip::net::to_endpoint(here).address;
  ::close(fd);
  if (found && found->is_unspecified()) return std::nullopt;
  return found;
}

}  // namespace

Host look_at_host() {
  return {host_name(), interface_addresses(), outward("192.0.2.1:9"), outward("[2001:db8::1]:9")};
}

}  // namespace proxy::runtime
