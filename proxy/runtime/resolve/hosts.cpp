#include "proxy/runtime/resolve/hosts.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>

namespace proxy::resolve {
namespace {

constexpr std::chrono::seconds believed_for{60};

struct AresFreeHost {
  void operator()(hostent* host) const { ares_free_hostent(host); }
};

}  // namespace

sip::locate::Answer look_into_hosts(ares_channel channel, const std::string& name) {
  sip::locate::Answer out;
  for (const int family : {AF_INET, AF_INET6}) {
    hostent* found = nullptr;
    if (ares_gethostbyname_file(channel, name.c_str(), family, &found) != ARES_SUCCESS) continue;
    const std::unique_ptr<hostent, AresFreeHost> owner{found};
    for (char** one = found->h_addr_list; *one != nullptr; ++one) {
      sip::Address address;
      if (family == AF_INET) {
        in_addr v4{};
        std::memcpy(&v4, *one, sizeof v4);
        address = sip::Address::v4(ntohl(v4.s_addr));
      } else {
        std::memcpy(address.bytes.data(), *one, address.bytes.size());
      }
      out.records.push_back({name, believed_for, address});
    }
  }
  return out;
}

}  // namespace proxy::resolve
