#include "proxy/runtime/loop/host.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "proxy/runtime/loop/ids.hpp"
#include "proxy/runtime/loop/server.hpp"

namespace proxy::runtime {
namespace {

using Strings = std::vector<std::string>;

sip::Address address(const char* text) { return *sip::Address::parse(text); }

Host make_host() {
  return {"pbx.example.net",
          {address("127.0.0.1"), address("192.0.2.7"), address("::1"), address("2001:db8::7")},
          address("192.0.2.7"),
          std::nullopt};
}

sip::net::Network::Bound bound(sip::Transport transport, const char* text) {
  return {transport, *sip::Endpoint::parse(text)};
}

TEST(Advertise, IsAHostWithOrWithoutAPort) {
  EXPECT_EQ(parse_advertise("SIP.example.com"), (Advertised{"sip.example.com", 0}));
  EXPECT_EQ(parse_advertise("203.0.113.5:5070"), (Advertised{"203.0.113.5", 5070}));
  EXPECT_EQ(parse_advertise("[2001:DB8::1]:5060"), (Advertised{"[2001:db8::1]", 5060}));
}

TEST(Advertise, RefusesWhatCouldNotStandInAVia) {
  for (const auto* bad : {"", ":5060", "a b", "host:", "host:0", "host:65536", "host:1:2",
                          "2001:db8::1", "[2001:db8::1", "[192.0.2.1]", "[::1]x", "a;b", "a\r\nb"})
    EXPECT_FALSE(parse_advertise(bad)) << bad;
}

TEST(Locals, SayWhereEachListenerIsReached) {
  std::vector<Settings::Listener> listeners(3);
  listeners[1].advertise = "sip.example.com:5099";
  const auto locals = find_locals(
      listeners,
      {bound(sip::Transport::udp, "192.0.2.9:5060"), bound(sip::Transport::tcp, "10.0.0.1:5061"),
       bound(sip::Transport::udp, "[2001:db8::9]:5062")},
      make_host());
  ASSERT_EQ(locals.size(), 3U);
  EXPECT_EQ(locals[0].host, "192.0.2.9");
  EXPECT_EQ(locals[0].port, 5060);
  EXPECT_EQ(locals[1].host, "sip.example.com");
  EXPECT_EQ(locals[1].port, 5099);
  EXPECT_EQ(locals[1].bound.port, 5061);
  EXPECT_EQ(locals[2].host, "[2001:db8::9]");
}

TEST(Locals, NameTheMainAddressForAWildcard) {
  const auto locals = find_locals(
      std::vector<Settings::Listener>(2),
      {bound(sip::Transport::udp, "0.0.0.0:5060"), bound(sip::Transport::udp, "[::]:5060")},
      make_host());
  EXPECT_EQ(locals[0].host, "192.0.2.7");
  EXPECT_EQ(locals[1].host, "[2001:db8::7]") << "no route, so the first that is not loopback";
}

TEST(Locals, FallBackToLoopback) {
  const Host alone{"", {address("127.0.0.1")}, std::nullopt, std::nullopt};
  EXPECT_EQ(main_address(alone, true), address("127.0.0.1"));
  EXPECT_EQ(main_address(alone, false), address("::1"));
}

TEST(Locals, AMalformedAdvertiseIsAStartError) {
  std::vector<Settings::Listener> listeners(1);
  listeners[0].advertise = "no host";
  EXPECT_THROW(find_locals(listeners, {bound(sip::Transport::udp, "127.0.0.1:1")}, make_host()),
               StartError);
}

TEST(Aliases, HoldAllNamesAndAddressesOnce) {
  Settings settings;
  settings.aliases = {"given.example.com"};
  settings.locals.push_back({sip::Transport::udp, {}, "192.0.2.7", 5060});
  EXPECT_EQ(find_aliases(settings, make_host()),
            (Strings{"given.example.com", "192.0.2.7", "127.0.0.1", "[::1]", "[2001:db8::7]",
                     "pbx.example.net", "localhost"}));
}

TEST(DefaultDomain, IsTheHostsNameElseItsAddress) {
  auto host = make_host();
  EXPECT_EQ(default_domain(host), "pbx.example.net");
  host.name = "localhost";
  EXPECT_EQ(default_domain(host), "192.0.2.7");
  host.name.clear();
  EXPECT_EQ(default_domain(host), "192.0.2.7");
}

TEST(Host, KnowsItsLoopbackAddress) {
  const auto host = look_at_host();
  EXPECT_NE(std::find(host.addresses.begin(), host.addresses.end(), address("127.0.0.1")),
            host.addresses.end());
}

TEST(SystemIds, DoNotRepeat) {
  SystemIds ids;
  std::vector<std::uint64_t> seen;
  for (int i = 0; i < 2'000; ++i) seen.push_back(ids.next());
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
}

}  // namespace
}  // namespace proxy::runtime
