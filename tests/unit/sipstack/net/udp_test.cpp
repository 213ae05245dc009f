#include <gtest/gtest.h>

#include <array>

#include "sipstack/transport/stun.hpp"
#include "tests/unit/sipstack/net/net_fixture.hpp"

namespace sip::net {
namespace {

using boost::asio::ip::udp;

udp::endpoint to_udp(const Endpoint& endpoint) {
  const auto tcp = to_asio(endpoint);
  return {tcp.address(), tcp.port()};
}
Endpoint from_udp(const udp::endpoint& endpoint) {
  return to_endpoint(boost::asio::ip::tcp::endpoint{endpoint.address(), endpoint.port()});
}

class UdpTest : public NetTest {
 protected:
  udp::socket make_peer() {
    return {io_, udp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  }
  std::string receive(udp::socket& peer) {
    std::array<char, 65'536> bytes{};
    udp::endpoint from;
    const auto count = peer.receive_from(boost::asio::buffer(bytes), from);
    return {bytes.data(), count};
  }
  Flow flow_to(const udp::socket& peer) const {
    return {Transport::udp, 0, from_udp(peer.local_endpoint()), 0};
  }
};

TEST_F(UdpTest, TellsWhereADatagramCameFrom) {
  listen({Transport::udp});
  auto peer = make_peer();
  peer.send_to(boost::asio::buffer(options_text), to_udp(bound()));
  ASSERT_TRUE(run_until([this] { return !diary_.messages.empty(); }));
  EXPECT_EQ(diary_.messages[0].flow, flow_to(peer));
  EXPECT_EQ(diary_.messages[0].bytes, options_text);
}

TEST_F(UdpTest, TakesTheLargestDatagramWhole) {
  listen({Transport::udp});
  auto peer = make_peer();
  const std::string large(65'507, 'x');
  peer.send_to(boost::asio::buffer(large), to_udp(bound()));
  ASSERT_TRUE(run_until([this] { return !diary_.messages.empty(); }));
  EXPECT_EQ(diary_.messages[0].bytes, large);
}

TEST_F(UdpTest, SendsNothingBeforeTheFlush) {
  listen({Transport::udp});
  auto peer = make_peer();
  network().send(flow_to(peer), make_bytes("one"));
  network().send(flow_to(peer), make_bytes("two"));
  EXPECT_EQ(peer.available(), 0U);
  network().flush();
  EXPECT_EQ(receive(peer), "one");
  EXPECT_EQ(receive(peer), "two");
  EXPECT_EQ(network().counters().datagrams_out, 2U);
}

TEST_F(UdpTest, SendsMoreThanOneBatchInOrder) {
  listen({Transport::udp});
  auto peer = make_peer();
  for (int i = 0; i < 100; ++i) network().send(flow_to(peer), make_bytes(std::to_string(i)));
  network().flush();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(receive(peer), std::to_string(i));
}

TEST_F(UdpTest, ReadsABurstInBatches) {
  listen({Transport::udp});
  auto peer = make_peer();
  for (int i = 0; i < 64; ++i) peer.send_to(boost::asio::buffer(options_text), to_udp(bound()));
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 64; }));
  EXPECT_EQ(diary_.batches, 2U);
}

TEST_F(UdpTest, TakesBlankDatagramsAsKeepAlives) {
  listen({Transport::udp});
  auto peer = make_peer();
  for (const auto& blank : {std::string{"\r\n\r\n"}, std::string{"\r\n"}, std::string(4, '\0')})
    peer.send_to(boost::asio::buffer(blank), to_udp(bound()));
  ASSERT_TRUE(run_until([this] { return diary_.keep_alives.size() == 3; }));
  EXPECT_EQ(diary_.keep_alives[0], flow_to(peer));
  EXPECT_TRUE(diary_.messages.empty());
}

TEST_F(UdpTest, AnswersStunFromTheSipPortAsAKeepAlive) {
  listen({Transport::udp});
  auto peer = make_peer();
  const std::string header = std::string("\x00\x01\x00\x00\x21\x12\xa4\x42", 8) + "transactions";
  peer.send_to(boost::asio::buffer(header), to_udp(bound()));
  ASSERT_TRUE(run_until([this] { return !diary_.keep_alives.empty(); }));
  EXPECT_EQ(diary_.keep_alives[0], flow_to(peer));
  EXPECT_EQ(receive(peer), stun_answer(header, flow_to(peer).peer));
  EXPECT_TRUE(diary_.messages.empty());
}

TEST_F(UdpTest, DropsStunThatIsNoBindingRequest) {
  listen({Transport::udp});
  auto peer = make_peer();
  const std::string response = std::string("\x01\x01\x00\x00\x21\x12\xa4\x42", 8) + "transactions";
  peer.send_to(boost::asio::buffer(response), to_udp(bound()));
  peer.send_to(boost::asio::buffer(options_text), to_udp(bound()));
  ASSERT_TRUE(run_until([this] { return !diary_.messages.empty(); }));
  EXPECT_EQ(diary_.messages.size(), 1U);
  EXPECT_TRUE(diary_.keep_alives.empty());
  EXPECT_EQ(network().counters().stun_refused, 1U);
  EXPECT_EQ(peer.available(), 0U);
}

TEST_F(UdpTest, ReportsTheSendToAPortNobodyListensOn) {
  listen({Transport::udp});
  auto peer = make_peer();
  const auto flow = flow_to(peer);
  peer.close();
  network().send(flow, make_bytes("anybody there?"), 42);
  network().flush();
  ASSERT_TRUE(run_until([this] { return !diary_.failures.empty(); }));
  EXPECT_EQ(diary_.failures[0].flow, flow);
  EXPECT_EQ(diary_.failures[0].cookie, 42U);
  EXPECT_EQ(network().counters().unreachable, 1U);
}

TEST_F(UdpTest, AnUnreachablePeerDoesNotCostAnotherItsDatagram) {
  listen({Transport::udp});
  auto gone = make_peer();
  const auto flow = flow_to(gone);
  gone.close();
  auto peer = make_peer();
  for (int i = 0; i < 10; ++i) {
    network().send(flow, make_bytes("lost"));
    network().flush();
    network().send(flow_to(peer), make_bytes(std::to_string(i)));
    network().flush();
    ASSERT_EQ(receive(peer), std::to_string(i));
  }
  EXPECT_EQ(network().counters().send_errors, 0U);
}

TEST_F(UdpTest, FailsASendThatTheSystemRefusesAndSendsTheRest) {
  listen({Transport::udp});
  auto peer = make_peer();
  const Flow impossible{Transport::udp, 0, *Endpoint::parse("[2001:db8::1]:5060"), 0};
  network().send(impossible, make_bytes("x"), 7);
  network().send(flow_to(peer), make_bytes("y"));
  network().flush();
  EXPECT_EQ(receive(peer), "y");
  ASSERT_TRUE(run_until([this] { return !diary_.failures.empty(); }));
  EXPECT_EQ(diary_.failures[0].cookie, 7U);
}

TEST_F(UdpTest, FailsASendOverAListenerThatIsNotThere) {
  listen({Transport::udp});
  network().send({Transport::udp, 9, loopback(5060), 0}, make_bytes("x"), 1);
  network().send({Transport::tls, 0, loopback(5060), 0}, make_bytes("x"), 2);
  EXPECT_TRUE(diary_.failures.empty()) << "never from inside send";
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 2; }));
  EXPECT_EQ(network().counters().send_errors, 2U);
}

TEST_F(UdpTest, SpeaksIpv6) {
  listen({Transport::udp}, *Endpoint::parse("[::1]:0"));
  udp::socket peer{io_, udp::endpoint{boost::asio::ip::address_v6::loopback(), 0}};
  peer.send_to(boost::asio::buffer(options_text), to_udp(bound()));
  ASSERT_TRUE(run_until([this] { return !diary_.messages.empty(); }));
  EXPECT_FALSE(diary_.messages[0].flow.peer.address.is_v4());
  network().send(diary_.messages[0].flow, make_bytes("answer"));
  network().flush();
  EXPECT_EQ(receive(peer), "answer");
}

TEST_F(UdpTest, SaysWhichAddressIsInUse) {
  listen({Transport::udp});
  Settings same;
  same.listeners.push_back({Transport::udp, bound()});
  try {
    const Network second{io_, same, diary_};
    FAIL() << "bound twice";
  } catch (const BindError& error) {
    EXPECT_EQ(std::string{error.what()}, "udp " + bound().to_string() + ": Address already in use");
  }
}

TEST_F(UdpTest, LeavesOutAnOptionalAddressTheSystemLacks) {
  Settings settings;
  settings.listeners.push_back({Transport::udp, *Endpoint::parse("[2001:db8::77]:0"), true});
  settings.listeners.push_back({Transport::udp, loopback()});
  const Network network{io_, settings, diary_};
  EXPECT_EQ(network.bound().size(), 1U);
  ASSERT_EQ(network.skipped().size(), 1U);
  EXPECT_TRUE(network.skipped()[0].starts_with("udp [2001:db8::77]:0: "));
  settings.listeners[0].optional = false;
  EXPECT_THROW(Network(io_, settings, diary_), BindError);
}

}  // namespace
}  // namespace sip::net
