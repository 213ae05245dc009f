#include <gtest/gtest.h>

#include <memory>

#include "proxy/core/engine/engine.hpp"
#include "tests/support/seeded_ids.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;

/// An engine that one stranger speaks to.
class Stranger : public ::testing::Test {
 protected:
  Stranger() { engine_.restore(record::Snapshot{}, now_, out_); }

  static std::shared_ptr<const Settings> settings() {
    auto s = std::make_shared<Settings>();
    s->domains = {"the-realm-of-who-names-no-domain-of-ours.example.com", "a.b"};
    s->auth.algorithms = {"SHA-512-256", "SHA-256", "MD5"};
    Settings::Local local;
    local.host = "192.0.2.1";
    local.port = 5060;
    s->locals.push_back(local);
    return s;
  }
  /// What goes out in answer.
  std::vector<std::string> tell(const std::string& bytes, const char* from) {
    out_.drain();
    engine_.on(MessageReceived{*sip::parse_flow(from), bytes}, now_, out_);
    std::vector<std::string> sent;
    for (auto& action : out_.drain())
      if (const auto* send = std::get_if<Send>(&action)) sent.push_back(*send->bytes);
    return sent;
  }
  static std::string request(const std::string& method, const std::string& extra = {}) {
    const auto number = std::to_string(++number_);
    return method + " sip:a.b SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK" + number +
           "\r\nf: <sip:a@a.b>;tag=1\r\nt: <sip:a@a.b>\r\ni: " + number + "\r\nCSeq: 1 " + method +
           "\r\n" + extra + "\r\n";
  }

  static inline int number_{0};
  test::SeededIds ids_{1};
  sip::Instant now_{sip::TimePoint{1h}, sip::WallTime{1'000h}};
  Outbox<Action> out_;
  Engine engine_{settings(), ids_};
};

TEST_F(Stranger, GetsNoMoreThanThreeTimesWhatItSentOverUdp) {
  const std::vector<std::string> requests{
      request("REGISTER"),
      request("INVITE"),
      request("OPTIONS"),
      request("MESSAGE"),
      request("SUBSCRIBE"),
      request("BYE"),
      request("CANCEL"),
      request("X"),
      request("REGISTER", "Max-Forwards: 0\r\n"),
      request("REGISTER", "Proxy-Require: x\r\n"),
      request("REGISTER", "Content-Length: 9\r\n"),
      "OPTIONS sip:a.b SIP/2.0\r\n\r\n",
      "X sip:a SIP/2.0\r\nv:SIP/2.0/UDP h\r\n\r\n",
  };
  for (const auto& bytes : requests) {
    std::size_t answered = 0;
    for (const auto& answer : tell(bytes, "udp:0:203.0.113.9:5060")) answered += answer.size();
    EXPECT_LE(answered, 3 * bytes.size()) << bytes;
  }
}

TEST_F(Stranger, WhoseRequestIsShortIsAskedForTheStrongestDigestAlone) {
  const auto bytes = request("REGISTER", "Max-Forwards: 70\r\nUser-Agent: a short one\r\n");
  const auto answers = tell(bytes, "udp:0:203.0.113.9:5060");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].starts_with("SIP/2.0 401 "));
  EXPECT_NE(answers[0].find("algorithm=SHA-512-256"), std::string::npos);
  EXPECT_EQ(answers[0].find("algorithm=MD5"), std::string::npos);
}

TEST_F(Stranger, WhoseRequestIsAsLongAsAPhonesIsAskedForAll) {
  const auto bytes = request(
      "REGISTER",
      "Max-Forwards: 70\r\nUser-Agent: LinphoneAndroid/5.2 (Pixel 7) LinphoneSDK/5.3.0\r\n"
      "Supported: replaces, outbound, gruu, path, record-aware\r\nExpires: 3600\r\nContact: "
      "<sip:a@192.168.1.20:43210;transport=udp>;+sip.instance=\"<urn:uuid:f81d4fae-7dec>\"\r\n");
  const auto answers = tell(bytes, "udp:0:203.0.113.9:5060");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_NE(answers[0].find("algorithm=MD5"), std::string::npos);
}

TEST_F(Stranger, OverAStreamIsAskedForAllWhateverItSent) {
  engine_.on(FlowOpened{*sip::parse_flow("tcp:0:203.0.113.9:5060#7")}, now_, out_);
  const auto answers = tell(request("REGISTER", "l: 0\r\n"), "tcp:0:203.0.113.9:5060#7");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_NE(answers[0].find("algorithm=MD5"), std::string::npos);
}

TEST_F(Stranger, HearsNothingWhenEvenTheShortestAnswerIsTooLong) {
  const auto before = engine_.counters().refused_amplifying;
  EXPECT_TRUE(tell("REGISTER sip:a.b SIP/2.0\r\nv: SIP/2.0/UDP h\r\nf: <sip:a@b>;tag=1\r\n"
                   "t: <sip:a@b>\r\ni: 1\r\nCSeq: 1 REGISTER\r\n\r\n",
                   "udp:0:203.0.113.9:5060")
                  .empty());
  EXPECT_EQ(engine_.counters().refused_amplifying, before + 1);
}

}  // namespace
}  // namespace proxy
