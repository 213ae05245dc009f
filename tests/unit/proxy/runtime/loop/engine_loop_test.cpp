#include "proxy/runtime/loop/engine_loop.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/udp.hpp>
#include <chrono>

#include "proxy/runtime/loop/ids.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/net/socket.hpp"

namespace proxy::runtime {
namespace {

using boost::asio::ip::udp;
using std::chrono::milliseconds;

/// A store that commits when the test says so, and takes note of all else.
class Scripted : public Outside {
 public:
  bool commit(Seq seq, std::vector<record::Change> changes) override {
    if (!full) seqs.push_back(seq);
    rows += changes.size();
    return !full;
  }
  void run(std::vector<Errand> given) override {
    errands.insert(errands.end(), given.begin(), given.end());
  }
  void answer(std::vector<Reply> given) override {
    replies.insert(replies.end(), given.begin(), given.end());
  }

  bool full{false};
  std::vector<Seq> seqs;
  std::size_t rows{0};
  std::vector<Errand> errands;
  std::vector<Reply> replies;
};

/// The loop with a real engine and real sockets, on the test's own thread.
class EngineLoopTest : public ::testing::Test {
 protected:
  EngineLoopTest() : peer_{io_, udp::endpoint{boost::asio::ip::address_v4::loopback(), 0}} {
    const auto loopback = *sip::Endpoint::parse("127.0.0.1:0");
    Settings settings;
    settings.domains = {"example.com"};
    settings.auth.trusted.push_back({*sip::AddressBlock::parse("127.0.0.0/8"), {}});
    settings.timers.t1 = milliseconds{20};
    sip::net::Settings listeners;
    listeners.listeners.push_back({sip::Transport::udp, loopback});
    network_.emplace(io_, listeners, loop_);
    const auto bound = network_->bound()[0].endpoint;
    settings.locals.push_back({sip::Transport::udp, bound, "127.0.0.1", bound.port});
    server_ = {boost::asio::ip::address_v4::loopback(), bound.port};
    engine_.emplace(std::make_shared<const Settings>(std::move(settings)), ids_);
    loop_.attach(*engine_, *network_);
    record::Snapshot snapshot;
    record::User user;
    user.id = 1;
    user.aor = "alice@example.com";
    user.ha1_md5 = sip::auth::ha1(sip::auth::Algorithm::md5, "alice", "example.com", "secret");
    snapshot.users.push_back(user);
    snapshot.last_ids.user = 1;
    loop_.restore(std::move(snapshot));
    commit_all();
    network_->start();
    peer_.non_blocking(true);
  }

  void commit_all() {
    if (outside_.seqs.empty()) return;
    std::vector<Event> events{Committed{outside_.seqs.back()}};
    outside_.seqs.clear();
    loop_.deliver(events);
  }
  void send(const std::string& method, const std::string& user, const std::string& branch) {
    const auto port = std::to_string(peer_.local_endpoint().port());
    const auto uri = method == "REGISTER" ? "sip:example.com" : "sip:" + user + "@example.com";
    const auto text = method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + port +
                      ";rport;branch=z9hG4bK" + branch + "\r\nFrom: <sip:alice@example.com>;tag=1" +
                      "\r\nTo: <sip:" + user + "@example.com>\r\nCall-ID: " + branch +
                      "\r\nCSeq: 1 " + method + "\r\nMax-Forwards: 70\r\nContact: <sip:" + user +
                      "@127.0.0.1:" + port + ">\r\n" + credentials_ + "Content-Length: 0\r\n\r\n";
    peer_.send_to(boost::asio::buffer(text), server_);
  }
  /// A REGISTER that is challenged, and then one with the right answer.
  void do_register() {
    send("REGISTER", "alice", "challenged");
    ASSERT_TRUE(run_until([this] { return !codes().empty(); }));
    const auto challenge = sip::Message::parse(last_);
    ASSERT_TRUE(challenge);
    credentials_ = "Authorization: " +
                   sip::auth::answer(challenge->value(sip::HeaderName::www_authenticate), "alice",
                                     "secret", "REGISTER", "sip:example.com", "0a4f113b", 1) +
                   "\r\n";
    codes_.clear();
    send("REGISTER", "alice", "right");
  }
  /// The status codes that have come to the peer.
  std::vector<std::string> codes() {
    while (true) {
      std::array<char, 65'536> bytes{};
      udp::endpoint from;
      boost::system::error_code error;
      const auto count = peer_.receive_from(boost::asio::buffer(bytes), from, 0, error);
      if (error) return codes_;
      last_.assign(bytes.data(), count);
      codes_.push_back(last_.substr(8, 3));
    }
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition() && std::chrono::steady_clock::now() < limit)
      io_.run_one_for(milliseconds{100});
    return condition();
  }

  boost::asio::io_context io_;
  Scripted outside_;
  log::Log log_{log::Format::text, Level::error, 2};
  SystemIds ids_;
  NewsDesk news_{io_};
  EngineLoop loop_{io_, outside_, log_, news_};
  std::optional<sip::net::Network> network_;
  std::optional<Engine> engine_;
  udp::socket peer_;
  udp::endpoint server_;
  std::vector<std::string> codes_;
  std::string last_;         ///< the last datagram that came to the peer
  std::string credentials_;  ///< header line of the next request
};

using Codes = std::vector<std::string>;

TEST_F(EngineLoopTest, AnswersARegisterOnlyWhenTheStoreHasIt) {
  do_register();
  ASSERT_TRUE(run_until([this] { return !outside_.seqs.empty(); }));
  io_.poll();
  EXPECT_EQ(codes(), Codes{});
  commit_all();
  EXPECT_EQ(codes(), Codes{"200"});
}

TEST_F(EngineLoopTest, AnswersWhatNeedsNoStoreAtOnce) {
  do_register();
  ASSERT_TRUE(run_until([this] { return !outside_.seqs.empty(); }));
  credentials_.clear();
  send("OPTIONS", "nobody", "b");
  ASSERT_TRUE(run_until([this] { return !codes().empty(); }));
  EXPECT_EQ(codes(), Codes{"404"});
  commit_all();
  EXPECT_EQ(codes(), (Codes{"404", "200"}));
}

TEST_F(EngineLoopTest, RefusesARegisterThatTheStoreLost) {
  do_register();
  ASSERT_TRUE(run_until([this] { return !outside_.seqs.empty(); }));
  const auto seq = outside_.seqs.back();
  std::vector<Event> events{StoreFailed{seq, seq, "disk full"}};
  loop_.deliver(events);
  EXPECT_EQ(codes(), (Codes{"503"})) << "and never the 200";
}

TEST_F(EngineLoopTest, RefusesARegisterThatTheStoreHasNoRoomFor) {
  outside_.full = true;
  do_register();
  ASSERT_TRUE(run_until([this] { return !codes().empty(); }));
  EXPECT_EQ(codes(), Codes{"503"});
}

TEST_F(EngineLoopTest, RunsTheEnginesDeadlines) {
  send("INVITE", "alice", "a");
  const auto finals = [this] {
    const auto got = codes();
    return std::count_if(got.begin(), got.end(), [](const auto& code) { return code >= "300"; });
  };
  EXPECT_TRUE(run_until([&] { return finals() >= 3; })) << "a final is repeated until its ACK";
}

TEST_F(EngineLoopTest, HandsRepliesOut) {
  std::vector<Event> events{QueryRequest{RequestId{7}, view::StatusQuery{}}};
  loop_.deliver(events);
  ASSERT_EQ(outside_.replies.size(), 1U);
  EXPECT_EQ(outside_.replies[0].id, RequestId{7});
}

}  // namespace
}  // namespace proxy::runtime
