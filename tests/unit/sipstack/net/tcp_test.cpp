#include <gtest/gtest.h>

#include <array>
#include <boost/asio/write.hpp>

#include "sipstack/transport/framing.hpp"
#include "tests/unit/sipstack/net/net_fixture.hpp"

namespace sip::net {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;

class TcpTest : public NetTest {
 protected:
  tcp::socket connect() {
    tcp::socket peer{io_};
    peer.connect(to_asio(bound()));
    return peer;
  }
  void write(tcp::socket& peer, const std::string& text) {
    boost::asio::write(peer, boost::asio::buffer(text));
  }
  /// What the peer gets, until it has `count` bytes or the connection ends.
  std::string read(tcp::socket& peer, std::size_t count) {
    peer.non_blocking(true);
    std::string text;
    run_until([&] {
      boost::system::error_code error;
      while (!error) {
        std::array<char, 65'536> bytes{};
        const auto size = peer.read_some(boost::asio::buffer(bytes), error);
        text.append(bytes.data(), size);
      }
      return text.size() >= count || error != boost::asio::error::would_block;
    });
    return text;
  }
  Flow asking_for(const tcp::acceptor& acceptor) const {
    return {Transport::tcp, 0, to_endpoint(acceptor.local_endpoint()), 0};
  }
  tcp::acceptor make_acceptor() {
    return {io_, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  }
};

TEST_F(TcpTest, CutsMessagesHoweverTheyArrive) {
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, options_text + options_text.substr(0, 20));
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  write(peer, options_text.substr(20));
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 2; }));
  EXPECT_EQ(diary_.messages[1].bytes, options_text);
  EXPECT_EQ(diary_.opened.size(), 1U);
  EXPECT_EQ(diary_.messages[1].flow, diary_.opened[0]);
  EXPECT_EQ(diary_.opened[0].peer, to_endpoint(peer.local_endpoint()));
}

TEST_F(TcpTest, AnswersOnTheSameConnection) {
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, options_text);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  network().send(diary_.messages[0].flow, make_bytes("answer"));
  network().flush();
  EXPECT_EQ(read(peer, 6), "answer");
}

TEST_F(TcpTest, AnswersAPing) {
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, "\r\n\r\n");
  ASSERT_TRUE(run_until([this] { return diary_.keep_alives.size() == 1; }));
  EXPECT_EQ(read(peer, 2), "\r\n");
  EXPECT_EQ(diary_.keep_alives[0], diary_.opened[0]);
}

TEST_F(TcpTest, AnswersAPingWithOneCrlfAndAPongWithNothing) {
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, "\r\n\r\n" + options_text + "\r\n" + options_text);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 2; }));
  EXPECT_EQ(diary_.keep_alives.size(), 2U);
  network().send(diary_.messages[0].flow, make_bytes("answer"));
  network().flush();
  EXPECT_EQ(read(peer, 8), "\r\nanswer");
}

TEST_F(TcpTest, TellsOnceThatThePeerClosed) {
  listen({Transport::tcp});
  auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  peer.close();
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.closed[0], diary_.opened[0]);
  network().close(diary_.opened[0]);
  io_.poll();
  EXPECT_EQ(diary_.closed.size(), 1U);
}

TEST_F(TcpTest, FailsASendOnAConnectionThatIsGone) {
  listen({Transport::tcp});
  auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  peer.close();
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  network().send(diary_.opened[0], make_bytes("late"), 5);
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(diary_.failures[0].cookie, 5U);
}

TEST_F(TcpTest, NeverUsesAnIdTwiceAcrossRuns) {
  listen({Transport::tcp});
  auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  const auto wall =
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const auto born = diary_.opened[0].connection >> 20U;
  EXPECT_LE(born, static_cast<std::uint64_t>(wall.count()));
  EXPECT_GT(born + 60'000, static_cast<std::uint64_t>(wall.count()));
}

TEST_F(TcpTest, ClosesAStreamThatCannotBeFramed) {
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, options_text + "GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.messages.size(), 1U) << "what came before counts";
  EXPECT_EQ(network().counters().framing_errors, 1U);
  EXPECT_EQ(diary_.troubles, std::vector<std::string>{std::string{to_string(FrameErrc::garbage)}});
  EXPECT_EQ(read(peer, 1), "");
}

TEST_F(TcpTest, AnswersWhatCameBeforeWhatCannotBeFramed) {
  listen({Transport::tcp});
  diary_.at_batch_end = [this] {
    if (!diary_.messages.empty()) network().send(diary_.messages[0].flow, make_bytes("answer"));
    diary_.messages.clear();
    network().flush();
  };
  auto peer = connect();
  write(peer, options_text + "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(read(peer, 100), "answer");
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
}

TEST_F(TcpTest, MayBeClosedByTheAnswerToWhatCameBeforeWhatCannotBeFramed) {
  listen({Transport::tcp});
  diary_.at_batch_end = [this] {
    if (!diary_.messages.empty()) network().close(diary_.messages[0].flow);
    network().flush();
  };
  auto peer = connect();
  write(peer, options_text + "GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  io_.poll();
  EXPECT_EQ(diary_.closed.size(), 1U);
}

TEST_F(TcpTest, ClosesAConnectionThatSaysNothing) {
  settings_.patience.first_message = milliseconds{30};
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, "\r\n\r\n");
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(network().counters().timeouts, 1U);
}

TEST_F(TcpTest, ClosesAConnectionThatStopsInMidHeader) {
  settings_.patience.first_message = milliseconds{30};
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, options_text + "OPTIONS sip:a SIP/2.0\r\nVia: ");
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.messages.size(), 1U);
  EXPECT_EQ(network().counters().timeouts, 1U);
}

TEST_F(TcpTest, KeepsAConnectionThatHasSpoken) {
  settings_.patience.first_message = milliseconds{20};
  listen({Transport::tcp});
  auto quiet = connect();
  write(quiet, options_text);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  auto mute = connect();
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.closed[0].peer, to_endpoint(mute.local_endpoint()));
  EXPECT_EQ(network().connections(), 1U);
}

TEST_F(TcpTest, ClosesAPeerThatDoesNotRead) {
  settings_.limits.unsent_bytes_per_flow = 100'000;
  listen({Transport::tcp});
  auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  const auto bytes = make_bytes(std::string(50'000, 'x'));
  for (int i = 0; i < 10'000 && diary_.closed.empty(); ++i) {
    network().send(diary_.opened[0], bytes, 1);
    network().flush();
    io_.poll();
  }
  ASSERT_EQ(diary_.closed.size(), 1U);
  EXPECT_EQ(network().counters().slow_readers, 1U);
  EXPECT_FALSE(diary_.failures.empty());
}

TEST_F(TcpTest, ABurstThatTheSystemTakesIsNotASlowReader) {
  settings_.limits.unsent_bytes_per_flow = 10'000;
  listen({Transport::tcp});
  auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  const auto bytes = make_bytes(std::string(1'000, 'x'));
  for (int i = 0; i < 100; ++i) network().send(diary_.opened[0], bytes);
  network().flush();
  EXPECT_EQ(read(peer, 100'000).size(), 100'000U);
  EXPECT_TRUE(diary_.closed.empty());
}

TEST_F(TcpTest, WritesOnWhenASlowPeerReadsAgain) {
  settings_.limits.unsent_bytes_per_flow = 64'000'000;
  listen({Transport::tcp});
  auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  const auto bytes = make_bytes(std::string(1'000'000, 'x'));
  for (int i = 0; i < 20; ++i) network().send(diary_.opened[0], bytes);
  network().flush();
  EXPECT_EQ(read(peer, 20'000'000).size(), 20'000'000U);
}

TEST_F(TcpTest, TurnsAwayMoreConnectionsThanAllowed) {
  settings_.limits.connections_per_address = 2;
  listen({Transport::tcp});
  auto one = connect();
  auto two = connect();
  auto three = connect();
  ASSERT_TRUE(run_until([this] { return network().counters().over_limit == 1; }));
  EXPECT_EQ(read(three, 1), "");
  one.close();
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  auto four = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 3; }));
}

TEST_F(TcpTest, ConnectsWhenAskedToAndSaysWhichFlowItBecame) {
  listen({Transport::tcp});
  auto acceptor = make_acceptor();
  const auto flow = asking_for(acceptor);
  network().send(flow, make_bytes("one,"));
  network().send(flow, make_bytes("two"));
  network().flush();
  auto peer = acceptor.accept();
  EXPECT_EQ(read(peer, 7), "one,two");
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  EXPECT_EQ(diary_.opened[0].peer, flow.peer);
  EXPECT_NE(diary_.opened[0].connection, 0U);
  EXPECT_EQ(network().connections(), 1U);
}

TEST_F(TcpTest, UsesTheConnectionThePeerMadeBefore) {
  listen({Transport::tcp});
  auto peer = connect();
  ASSERT_TRUE(run_until([this] { return diary_.opened.size() == 1; }));
  network().send({Transport::tcp, 0, diary_.opened[0].peer, 0}, make_bytes("hello"));
  network().flush();
  EXPECT_EQ(read(peer, 5), "hello");
  EXPECT_EQ(network().connections(), 1U);
}

TEST_F(TcpTest, FailsAllThatWaitedWhenNobodyListens) {
  listen({Transport::tcp});
  auto acceptor = make_acceptor();
  const auto flow = asking_for(acceptor);
  acceptor.close();
  network().send(flow, make_bytes("one"), 1);
  network().send(flow, make_bytes("two"), 2);
  network().flush();
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 2; }));
  EXPECT_EQ(diary_.failures[0].flow, flow) << "as it was asked for";
  EXPECT_TRUE(diary_.opened.empty());
  EXPECT_TRUE(diary_.closed.empty());
  EXPECT_EQ(network().connections(), 0U);
}

TEST_F(TcpTest, GivesUpAConnectThatGetsNoAnswer) {
  settings_.patience.connect = milliseconds{30};
  listen({Transport::tcp});
  // A full backlog leaves further connects without an answer.
  tcp::acceptor deaf{io_};
  deaf.open(tcp::v4());
  deaf.bind({boost::asio::ip::address_v4::loopback(), 0});
  deaf.listen(0);
  std::vector<tcp::socket> fillers;
  for (int i = 0; i < 3; ++i) {
    auto& filler = fillers.emplace_back(io_);
    filler.open(tcp::v4());
    filler.non_blocking(true);
    const auto there = deaf.local_endpoint();
    ::connect(filler.native_handle(), there.data(), static_cast<socklen_t>(there.size()));
  }
  network().send(asking_for(deaf), make_bytes("one"), 1);
  network().flush();
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(network().connections(), 0U);
}

TEST_F(TcpTest, WritesWhatWasSentBeforeItCloses) {
  listen({Transport::tcp});
  auto peer = connect();
  write(peer, options_text);
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  network().send(diary_.opened[0], make_bytes("farewell"));
  network().close(diary_.opened[0]);
  EXPECT_EQ(read(peer, 100), "farewell");
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
}

TEST_F(TcpTest, MayBeClosedWhileItsMessagesAreTold) {
  listen({Transport::tcp});
  struct Closer : Diary {
    Network* network{nullptr};
    void on_message(const Flow& flow, std::string bytes) override {
      Diary::on_message(flow, std::move(bytes));
      network->close(flow);
    }
  } closer;
  Network second{io_, {{{Transport::tcp, loopback()}}, {}, {}}, closer};
  closer.network = &second;
  second.start();
  tcp::socket peer{io_};
  peer.connect(to_asio(second.bound()[0].endpoint));
  write(peer, options_text + options_text);
  ASSERT_TRUE(run_until([&closer] { return closer.closed.size() == 1; }));
  EXPECT_EQ(closer.messages.size(), 1U);
}

TEST_F(TcpTest, SaysWhichAddressIsInUse) {
  listen({Transport::tcp});
  Settings same;
  same.listeners.push_back({Transport::tcp, bound()});
  try {
    const Network second{io_, same, diary_};
    FAIL() << "bound twice";
  } catch (const BindError& error) {
    EXPECT_EQ(std::string{error.what()}, "tcp " + bound().to_string() + ": Address already in use");
  }
}

TEST_F(TcpTest, RefusesATlsListenerWithoutACertificate) {
  settings_.listeners.push_back({Transport::tls, loopback()});
  EXPECT_THROW(Network(io_, settings_, diary_), BindError);
}

}  // namespace
}  // namespace sip::net
