#include "sipstack/net/tap.hpp"

#include <gtest/gtest.h>

#include <boost/asio/write.hpp>

#include "sipstack/net/socket.hpp"
#include "tests/unit/sipstack/net/tls_fixture.hpp"

namespace sip::net {
namespace {

using boost::asio::ip::tcp;
using boost::asio::ip::udp;

const std::string answer_text = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n";

/// Writes down what it sees: "in", "out" and the ends.
class Watcher : public Tap {
 public:
  struct Seen {
    bool sent;
    Endpoint peer;
    Endpoint local;
    std::string message;
    bool operator==(const Seen&) const = default;
  };
  void on_received(const Flow& flow, const Endpoint& local, std::string_view message) override {
    seen.push_back({false, flow.peer, local, std::string{message}});
  }
  void on_sent(const Flow& flow, const Endpoint& local, std::string_view message) override {
    seen.push_back({true, flow.peer, local, std::string{message}});
  }
  std::vector<Seen> seen;
};

class TapTest : public TlsTest {
 protected:
  using Both = std::vector<Watcher::Seen>;
  /// A message from the peer, and an answer to it.
  Both exchanged(const Endpoint& peer, const Endpoint& local) const {
    return {{false, peer, local, options_text}, {true, peer, local, answer_text}};
  }
  void answer() {
    ASSERT_TRUE(run_until([this] { return !diary_.messages.empty(); }));
    network().send(diary_.messages.back().flow, make_bytes(answer_text));
    network().flush();
  }
  Watcher watcher_;
};

TEST_F(TapTest, SeesDatagramsBothWays) {
  listen({Transport::udp}).set_tap(&watcher_);
  udp::socket peer{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  const udp::endpoint there{boost::asio::ip::address_v4::loopback(), bound().port};
  peer.send_to(boost::asio::buffer(std::string{"\r\n\r\n"}), there);
  peer.send_to(boost::asio::buffer(options_text), there);
  answer();
  EXPECT_EQ(watcher_.seen, exchanged(loopback(peer.local_endpoint().port()), bound()))
      << "and no keep-alive";
}

TEST_F(TapTest, SeesMessagesOfAStreamAndNoKeepAlives) {
  listen({Transport::tcp}).set_tap(&watcher_);
  auto peer = connect_plain();
  boost::asio::write(peer, boost::asio::buffer("\r\n\r\n" + options_text));
  answer();
  EXPECT_EQ(watcher_.seen, exchanged(to_endpoint(peer.local_endpoint()), bound()));
}

TEST_F(TapTest, SeesWhatIsInsideTls) {
  listen_tls();
  network().set_tap(&watcher_);
  const auto peer = connect();
  peer->write(options_text);
  answer();
  EXPECT_EQ(watcher_.seen, exchanged(to_endpoint(peer->socket().local_endpoint()), bound()));
}

TEST_F(TapTest, SeesAMessageOnceItsConnectionIsMade) {
  tcp::acceptor acceptor{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  listen({Transport::tcp}).set_tap(&watcher_);
  const auto there = loopback(acceptor.local_endpoint().port());
  network().send({Transport::tcp, 0, there, 0}, make_bytes(answer_text));
  network().flush();
  EXPECT_TRUE(watcher_.seen.empty()) << "nothing is connected yet";
  auto peer = acceptor.accept();
  ASSERT_TRUE(run_until([this] { return !watcher_.seen.empty(); }));
  EXPECT_EQ(watcher_.seen[0],
            (Watcher::Seen{true, there, to_endpoint(peer.remote_endpoint()), answer_text}));
}

TEST_F(TapTest, DoesNotSeeWhatNobodyGot) {
  listen({Transport::tcp}).set_tap(&watcher_);
  network().send({Transport::tcp, 0, loopback(1), 0}, make_bytes(answer_text), 5);
  network().flush();
  ASSERT_TRUE(run_until([this] { return !diary_.failures.empty(); }));
  EXPECT_TRUE(watcher_.seen.empty());
}

TEST_F(TapTest, SeesALargeMessageOnceAllOfItIsWritten) {
  listen({Transport::tcp}).set_tap(&watcher_);
  auto peer = connect_plain();
  ASSERT_TRUE(run_until([this] { return !diary_.opened.empty(); }));
  const auto flow = diary_.opened[0];
  const std::string large(60'000, 'x');
  std::size_t count = 0;
  // Until the system's buffers are full and a message is only partly through.
  for (; watcher_.seen.size() == count && count < 1'000; ++count) {
    network().send(flow, make_bytes(large));
    network().flush();
  }
  ASSERT_LT(watcher_.seen.size(), count);
  std::string bytes(count * large.size(), '\0');
  std::size_t got = 0;
  peer.non_blocking(true);
  ASSERT_TRUE(run_until([&] {
    boost::system::error_code error;
    got += peer.read_some(boost::asio::buffer(bytes), error);
    return got >= count * large.size();
  }));
  EXPECT_EQ(watcher_.seen.size(), count);
}

}  // namespace
}  // namespace sip::net
