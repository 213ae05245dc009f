#include <poll.h>

#include <boost/asio/ip/udp.hpp>

#include "sipstack/auth/digest.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/message/reply.hpp"
#include "tests/support/hep_frame.hpp"
#include "tests/unit/proxy/runtime/loop/server_fixture.hpp"

namespace proxy::runtime {
namespace {

using sip::Transport;
using test::HepFrame;

/// A capture server that keeps what it was sent.
class Collector {
 public:
  std::uint16_t port() const { return socket_.local_endpoint().port(); }

  /// The first frame of a message that begins so and went this way; nothing after five seconds.
  std::optional<HepFrame> find(std::string_view begin, const sip::Endpoint& from,
                               const sip::Endpoint& to) {
    for (std::size_t i = 0;; ++i) {
      if (i == frames_.size() && !receive()) return std::nullopt;
      const auto& frame = frames_[i];
      if (frame.message().starts_with(begin) && frame.source() == from && frame.target() == to)
        return frame;
    }
  }

  bool is_told() const { return wait(0); }

 private:
  bool wait(int milliseconds) const {
    pollfd readable{fd_, POLLIN, 0};
    return ::poll(&readable, 1, milliseconds) > 0;
  }
  bool receive() {
    if (!wait(5'000)) return false;
    std::string bytes(70'000, '\0');
    bytes.resize(socket_.receive(boost::asio::buffer(bytes)));
    auto frame = HepFrame::read(bytes);
    if (frame) frames_.push_back(std::move(*frame));
    return frame.has_value();
  }

  boost::asio::io_context io_;
  boost::asio::ip::udp::socket socket_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  const int fd_{socket_.native_handle()};
  std::vector<HepFrame> frames_;
};

/// A call from a PBX over TCP to a phone on the transport of the test.
class CaptureTest : public ServerTest, public ::testing::WithParamInterface<Transport> {
 protected:
  CaptureTest() {
    settings_.capture.host = "127.0.0.1";
    settings_.capture.port = collector_.port();
    settings_.auth.trusted = {{*sip::AddressBlock::parse("127.0.0.1/32"), Transport::tcp}};
    start();
    AddUser user;
    user.aor = "alice@example.com";
    user.password = "secret";
    change(user);
  }
  std::size_t listener() const { return GetParam() == Transport::udp ? 0 : 1; }

  std::string register_phone(const Wire& wire) const {
    const std::string contact = "Contact: <sip:alice@" + wire.local().to_string() +
                                ";transport=" + std::string{sip::to_string(GetParam())} + ">\r\n";
    wire.send(request("REGISTER", wire, "a", contact));
    const auto challenge = sip::Message::parse(wire.receive());
    if (!challenge) return {};
    const auto credentials =
        sip::auth::answer(challenge->value(sip::HeaderName::www_authenticate), "alice", "secret",
                          "REGISTER", "sip:example.com", "0a4f113b", 1);
    wire.send(request("REGISTER", wire, "b", contact + "Authorization: " + credentials + "\r\n"));
    return wire.receive();
  }
  static std::string invite(const Wire& caller) {
    return "INVITE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/TCP " +
           caller.local().to_string() +
           ";branch=z9hG4bKc\r\nFrom: <sip:carol@pbx.example>;tag=9\r\n"
           "To: <sip:alice@example.com>\r\nCall-ID: call-42\r\nCSeq: 1 INVITE\r\n"
           "Max-Forwards: 70\r\nContact: <sip:carol@pbx.example>\r\nContent-Length: 0\r\n\r\n";
  }

  Collector collector_;
};

TEST_P(CaptureTest, TellsEveryMessageOfACallWithItsWay) {
  const Wire phone{GetParam(), bound(listener())};
  ASSERT_TRUE(register_phone(phone).starts_with("SIP/2.0 200 "));
  const Wire caller{Transport::tcp, bound(1)};
  caller.send(invite(caller));
  const auto received = sip::Message::parse(phone.receive());
  ASSERT_TRUE(received);
  for (const auto& [status, reason] : {std::pair{180, "Ringing"}, std::pair{200, "OK"}})
    phone.send(sip::Reply{*received, status, reason}.to_tag("phone-tag").build());

  const auto server = bound(listener());
  for (const auto* line : {"INVITE ", "SIP/2.0 180 ", "SIP/2.0 200 "}) {
    const bool request = std::string_view{line} == "INVITE ";
    const auto at_caller = request ? collector_.find(line, caller.local(), bound(1))
                                   : collector_.find(line, bound(1), caller.local());
    const auto at_phone = request ? collector_.find(line, server, phone.local())
                                  : collector_.find(line, phone.local(), server);
    ASSERT_TRUE(at_caller && at_phone) << line;
    EXPECT_EQ(at_caller->number(0x02), 6U);
    EXPECT_EQ(at_phone->number(0x02), GetParam() == Transport::udp ? 17U : 6U);
    EXPECT_EQ(at_phone->text(0x11), "call-42");
  }
}

TEST_P(CaptureTest, CountsWhatItSent) {
  const Wire wire{GetParam(), bound(listener())};
  wire.send(request("OPTIONS", wire, "a"));
  ASSERT_TRUE(wire.receive().starts_with("SIP/2.0 200 "));
  ASSERT_TRUE(collector_.find("SIP/2.0 200 ", bound(listener()), wire.local()));
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (server_->captured().sent < 2 && std::chrono::steady_clock::now() < limit)
    std::this_thread::yield();
  EXPECT_EQ(server_->captured().sent, 2U) << "the request and its answer";
  EXPECT_EQ(server_->captured().dropped, 0U);
}

TEST_P(CaptureTest, SaysNothingToNobodyWhenItIsOff) {
  settings_.capture.host.clear();
  start();
  const Wire wire{GetParam(), bound(listener())};
  wire.send(request("OPTIONS", wire, "a"));
  EXPECT_TRUE(wire.receive().starts_with("SIP/2.0 200 "));
  EXPECT_FALSE(collector_.is_told());
}

INSTANTIATE_TEST_SUITE_P(Transports, CaptureTest, ::testing::Values(Transport::udp, Transport::tcp),
                         [](const auto& one) { return std::string{to_string(one.param)}; });

}  // namespace
}  // namespace proxy::runtime
