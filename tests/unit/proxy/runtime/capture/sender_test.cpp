#include "proxy/runtime/capture/sender.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/ip/udp.hpp>

#include "sipstack/net/socket.hpp"
#include "tests/support/hep_frame.hpp"
#include "tests/unit/proxy/runtime/resolve/dns_stub.hpp"

namespace proxy::capture {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::udp;
using resolve::test::DnsStub;
using resolve::test::Reply;

const sip::Flow phone{sip::Transport::udp, 0, *sip::Endpoint::parse("192.0.2.9:5060"), 0};
const auto here = *sip::Endpoint::parse("192.0.2.1:5070");
constexpr std::string_view options = "OPTIONS sip:a SIP/2.0\r\nCall-ID: o1\r\n\r\n";

/// A sender and the capture server it sends to, on one thread.
class SenderTest : public ::testing::Test {
 protected:
  Sender& start(const std::string& host = "127.0.0.1", const resolve::Resolver::Options& dns = {}) {
    settings_.host = host;
    settings_.port = server_.local_endpoint().port();
    sender_.emplace(
        io_, settings_, dns,
        Sender::Home{*sip::Address::parse("198.51.100.1"), *sip::Address::parse("2001:db8::1")},
        log_);
    sender_->start();
    return *sender_;
  }
  /// The next frame; nothing when none is there.
  std::optional<test::HepFrame> receive() {
    std::string bytes(70'000, '\0');
    boost::system::error_code error;
    server_.non_blocking(true);
    bytes.resize(server_.receive(boost::asio::buffer(bytes), 0, error));
    return error ? std::nullopt : test::HepFrame::read(bytes);
  }

  boost::asio::io_context io_;
  udp::socket server_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  runtime::log::Log log_{runtime::log::Format::text, Level::error, STDERR_FILENO};
  Settings::Capture settings_;
  std::optional<Sender> sender_;
};

TEST_F(SenderTest, TellsWhereAMessageCameFromAndWhereItWent) {
  settings_.id = 7;
  settings_.key = "word";
  auto& sender = start();
  sender.on_received(phone, here, options);
  sender.on_sent(phone, here, options);
  const auto in = receive();
  const auto out = receive();
  ASSERT_TRUE(in && out);
  EXPECT_EQ(in->source(), phone.peer);
  EXPECT_EQ(in->target(), here);
  EXPECT_EQ(out->source(), here);
  EXPECT_EQ(out->target(), phone.peer);
  EXPECT_EQ(in->message(), options);
  EXPECT_EQ(in->number(0x0c), 7U);
  EXPECT_EQ(in->text(0x0e), "word");
  EXPECT_EQ(in->text(0x13), "sipwake");
  EXPECT_EQ(in->text(0x11), "o1");
  EXPECT_EQ(sender.counters().sent, 2U);
}

TEST_F(SenderTest, PutsTheMachinesAddressInPlaceOfAWildcard) {
  auto& sender = start();
  sender.on_sent(phone, *sip::Endpoint::parse("0.0.0.0:5060"), options);
  EXPECT_EQ(receive()->source(), *sip::Endpoint::parse("198.51.100.1:5060"));
  auto flow = phone;
  flow.peer = *sip::Endpoint::parse("[2001:db8::9]:5060");
  sender.on_sent(flow, *sip::Endpoint::parse("[::]:5060"), options);
  EXPECT_EQ(receive()->source(), *sip::Endpoint::parse("[2001:db8::1]:5060"));
  flow.peer = *sip::Endpoint::parse("127.0.0.1:5080");
  sender.on_sent(flow, *sip::Endpoint::parse("0.0.0.0:5060"), options);
  EXPECT_EQ(receive()->source(), *sip::Endpoint::parse("127.0.0.1:5060"));
}

TEST_F(SenderTest, CutsAndCountsWhatNoDatagramHolds) {
  auto& sender = start();
  sender.on_received(phone, here, std::string{options} + std::string(70'000, 'x'));
  const auto frame = receive();
  ASSERT_TRUE(frame);
  EXPECT_LT(frame->message().size(), 65'536U);
  EXPECT_EQ(sender.counters().cut, 1U);
}

TEST_F(SenderTest, DropsAndCountsWhatTheServerDoesNotTake) {
  auto& sender = start();
  server_.close();
  constexpr std::uint64_t count = 10;
  for (std::uint64_t i = 0; i < count; ++i) sender.on_received(phone, here, options);
  EXPECT_EQ(sender.counters().sent + sender.counters().dropped, count);
}

TEST_F(SenderTest, LooksTheServersNameUp) {
  DnsStub stub{io_, [](const DnsStub::Asked& asked, Reply reply) {
                 if (asked.type == 1) return reply.a("homer.test", "127.0.0.1").bytes();
                 return reply.bytes();
               }};
  auto& sender = start("homer.test", {{stub.endpoint()}, 1s});
  sender.on_received(phone, here, options);
  EXPECT_EQ(sender.counters().dropped, 1U) << "before its address is known";
  const auto limit = std::chrono::steady_clock::now() + 20s;
  while (sender.counters().sent == 0 && std::chrono::steady_clock::now() < limit) {
    io_.run_one_for(100ms);
    sender.on_received(phone, here, options);
  }
  EXPECT_TRUE(receive());
  sender.stop();
}

}  // namespace
}  // namespace proxy::capture
