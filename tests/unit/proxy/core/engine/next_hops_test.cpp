#include "proxy/core/engine/next_hops.hpp"

#include <gtest/gtest.h>

namespace proxy {
namespace {

using namespace std::chrono_literals;
using sip::Transport;

struct NoDice : sip::IdSource {
  std::uint64_t next() override { return 0; }
};

struct LargeRequests : testing::Test {
  LargeRequests() {
    settings.locals = {
        {Transport::udp, {*sip::Address::parse("127.0.0.1"), 5060}, "127.0.0.1", 5060},
        {Transport::tcp, {*sip::Address::parse("127.0.0.1"), 5060}, "127.0.0.1", 5060}};
  }
  Transport way(std::size_t size, sip::Duration when = 0s) const {
    return hops.way_for(pbx, size, settings, sip::TimePoint{1h} + when).transport;
  }
  void lost(Transport transport, sip::Duration when = 0s) {
    hops.lost({transport, 1, pbx.peer, 0}, sip::TimePoint{1h} + when);
  }

  NoDice dice;
  NextHops hops{dice};
  Settings settings;
  const sip::Flow pbx{Transport::udp, 0, {*sip::Address::parse("192.0.2.10"), 5060}, 0};
};

TEST_F(LargeRequests, GoByTcpFromTheFirstByteThatIsTooMany) {
  EXPECT_EQ(way(1300), Transport::udp);
  EXPECT_EQ(way(1301), Transport::tcp);
}

TEST_F(LargeRequests, GoToTheSamePeerOverOurTcpListener) {
  const auto way = hops.way_for(pbx, 1301, settings, sip::TimePoint{1h});
  EXPECT_EQ(way, (sip::Flow{Transport::tcp, 1, pbx.peer, 0}));
}

TEST_F(LargeRequests, StayOnUdpWhereWeHaveNoTcp) {
  settings.locals.pop_back();
  EXPECT_EQ(way(5000), Transport::udp);
}

TEST_F(LargeRequests, StayOnTheConnectionOfWhoHasOne) {
  const sip::Flow tls{Transport::tls, 2, pbx.peer, 0};
  EXPECT_EQ(hops.way_for(tls, 5000, settings, sip::TimePoint{1h}), tls);
}

TEST_F(LargeRequests, GoByUdpForFiveMinutesToWhoRefusedTcp) {
  lost(Transport::tcp);
  EXPECT_EQ(way(1301, 299s), Transport::udp);
  EXPECT_EQ(way(1301, 300s), Transport::tcp);
}

TEST_F(LargeRequests, GoByTcpAgainOnceThePeerWasHeardThere) {
  lost(Transport::tcp);
  hops.heard({Transport::tcp, 1, pbx.peer, 0});
  EXPECT_EQ(way(1301, 1s), Transport::tcp);
}

TEST_F(LargeRequests, StillGoByTcpToWhoIsSilentOverUdp) {
  lost(Transport::udp);
  EXPECT_EQ(way(1301, 1s), Transport::tcp);
}

TEST_F(LargeRequests, DoNotSufferFromAnotherPeersRefusal) {
  hops.lost({Transport::tcp, 1, {*sip::Address::parse("192.0.2.11"), 5060}, 0}, sip::TimePoint{1h});
  EXPECT_EQ(way(1301, 1s), Transport::tcp);
}

}  // namespace
}  // namespace proxy
