#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <fstream>
#include <thread>

#include "proxy/runtime/push/web_push_gateway.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/message/message.hpp"
#include "tests/support/push/web_push_stand_in.hpp"
#include "tests/unit/proxy/runtime/loop/server_fixture.hpp"

namespace proxy::runtime {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// A stand-in on a thread of its own, beside a real server with real sockets.
class WebPushServerTest : public ServerTest {
 protected:
  WebPushServerTest() {
    settings_.webpush.emplace();
    settings_.webpush->subject = "mailto:ops@example.com";
    settings_.webpush->private_addresses = true;
    auto known = *settings_.webpush;
    push::prepare_web_push(known, settings_.data_dir);
    service_.emplace(io_, known.public_key);
    settings_.webpush->ca_file = settings_.data_dir + "/ca.pem";
    std::ofstream{settings_.webpush->ca_file} << service_->server().certificate();
    settings_.auth.trusted = {
        {*sip::AddressBlock::parse("127.0.0.1/32"), sip::Transport::tcp}};  // the caller
    public_key_ = known.public_key;
    thread_ = std::thread{[this] { io_.run(); }};
  }
  ~WebPushServerTest() override {
    server_.reset();
    asio::post(io_, [this] { service_->server().stop(); });
    work_.reset();
    io_.stop();
    thread_.join();
  }
  std::string contact(const Wire& wire) const {
    const auto& browser = service_->browser();
    return "Contact: <sip:alice@" + wire.local().to_string() +
           ";pn-provider=webpush;pn-prid=" + browser.url() + ";x-pn-p256dh=" + browser.p256dh() +
           ";x-pn-auth=" + browser.auth() + ">;expires=300\r\n";
  }
  /// The 200 to a REGISTER with digest.
  std::string register_phone(const Wire& wire) const {
    wire.send(request("REGISTER", wire, "a", contact(wire)));
    const auto challenge = sip::Message::parse(wire.receive());
    if (!challenge) return {};
    const auto credentials =
        sip::auth::answer(challenge->value(sip::HeaderName::www_authenticate), "alice", "secret",
                          "REGISTER", "sip:example.com", "0a4f113b", 1);
    wire.send(
        request("REGISTER", wire, "b", contact(wire) + "Authorization: " + credentials + "\r\n"));
    return wire.receive();
  }
  /// What the browser has read, or nothing after five seconds.
  std::optional<std::string> read() {
    for (int i = 0; i < 100; ++i) {
      std::promise<std::optional<std::string>> told;
      asio::post(io_, [&] {
        told.set_value(service_->seen.empty() ? std::nullopt : service_->seen.front().text);
      });
      if (auto text = told.get_future().get()) return text;
      std::this_thread::yield();
      asio::steady_timer{io_, 50ms}.wait();
    }
    return std::nullopt;
  }

  asio::io_context io_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{
      asio::make_work_guard(io_)};
  std::optional<test::WebPushStandIn> service_;
  std::string public_key_;
  std::thread thread_;
};

TEST_F(WebPushServerTest, AHeldCallWakesABrowser) {
  start();
  AddUser user;
  user.aor = "alice@example.com";
  user.password = "secret";
  change(user);
  const Wire phone{sip::Transport::udp, bound(0)};
  const auto registered = register_phone(phone);
  ASSERT_TRUE(registered.starts_with("SIP/2.0 200 ")) << registered;
  EXPECT_NE(registered.find("+sip.pns=\"webpush\";+sip.vapid=\"" + public_key_ + "\""),
            std::string::npos)
      << registered;
  const Wire caller{sip::Transport::tcp, bound(1)};
  caller.send("INVITE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/TCP " +
              caller.local().to_string() +
              ";branch=z9hG4bKc\r\nFrom: \"Carol\" <sip:carol@pbx.example>;tag=9\r\n"
              "To: <sip:alice@example.com>\r\nCall-ID: call-42\r\nCSeq: 1 INVITE\r\n"
              "Max-Forwards: 70\r\nContact: <sip:carol@pbx.example>\r\nContent-Length: 0\r\n\r\n");
  // The phone has the INVITE and is silent: it is pushed to half a second later.
  EXPECT_TRUE(phone.receive().starts_with("INVITE "));
  const auto text = read();
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("\"call_id\":\"call-42\""), std::string::npos) << *text;
  EXPECT_NE(text->find("\"display_name\":\"Carol\""), std::string::npos) << *text;
}

}  // namespace
}  // namespace proxy::runtime
