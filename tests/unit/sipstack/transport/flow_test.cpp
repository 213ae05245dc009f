#include "sipstack/transport/flow.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

using namespace std::string_view_literals;

TEST(FlowTest, PrintsTransportListenerPeerAndConnection) {
  EXPECT_EQ(to_string(Flow{Transport::udp, 0, *Endpoint::parse("192.0.2.1:5060"), 0}),
            "udp:0:192.0.2.1:5060");
  EXPECT_EQ(to_string(Flow{Transport::tcp, 1, *Endpoint::parse("[2001:db8::1]:40000"), 1722}),
            "tcp:1:[2001:db8::1]:40000#1722");
}

TEST(FlowTest, ParsesExactlyWhatItPrints) {
  for (const auto transport :
       {Transport::udp, Transport::tcp, Transport::tls, Transport::ws, Transport::wss})
    for (const auto* peer : {"192.0.2.1:5060", "[2001:db8::1]:1", "[::]:0"})
      for (const auto connection : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
        const Flow flow{transport, 255, *Endpoint::parse(peer), connection};
        const auto back = parse_flow(to_string(flow));
        ASSERT_TRUE(back) << to_string(flow);
        EXPECT_EQ(*back, flow);
      }
}

TEST(FlowTest, RefusesEveryOtherText) {
  for (const auto text :
       {""sv, "udp"sv, "udp:0"sv, "udp:0:"sv, "udp:256:192.0.2.1:5060"sv, "udp::192.0.2.1:5060"sv,
        "sctp:0:192.0.2.1:5060"sv, "UDP:0:192.0.2.1:5060"sv, "tcp:0:192.0.2.1:5060#"sv,
        "tcp:0:192.0.2.1:5060#0"sv, "tcp:0:192.0.2.1:5060#18446744073709551616"sv,
        "tcp:0:192.0.2.1:5060#1#2"sv, "tcp:00:192.0.2.1:5060"sv, "tcp:0:[2001:DB8::1]:5060"sv,
        "tcp:0:192.0.2.1:05060"sv, "tcp#1:0:192.0.2.1:5060"sv})
    EXPECT_FALSE(parse_flow(text)) << text;
}

TEST(TransportTest, HasALowerCaseNameAndAnUpperCaseViaName) {
  EXPECT_EQ(to_string(Transport::wss), "wss");
  EXPECT_EQ(via_name(Transport::tls), "TLS");
  EXPECT_EQ(parse_transport("Tcp"), Transport::tcp);
  EXPECT_FALSE(parse_transport("sctp"));
  EXPECT_FALSE(parse_transport(""));
}

TEST(TransportTest, BothKindsOfWebSocketAreWsInAUri) {
  EXPECT_EQ(uri_name(Transport::wss), "ws");
  EXPECT_EQ(uri_name(Transport::ws), "ws");
  EXPECT_EQ(uri_name(Transport::tls), "tls");
}

TEST(TransportTest, OnlyUdpIsUnreliable) {
  EXPECT_FALSE(Flow{}.reliable());
  EXPECT_TRUE((Flow{Transport::ws, 0, {}, 1}.reliable()));
}

}  // namespace
}  // namespace sip
