#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "sipstack/message/check.hpp"
#include "sipstack/transport/framing.hpp"
#include "tests/torture/read_everything.hpp"

namespace sip::torture {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
  return static_cast<std::size_t>(random()) % bound;
}

const std::string sound =
    "INVITE sip:rita@calls.example;x=1 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.40:5060;rport;branch=z9hG4bKq1, SIP/2.0/TCP [2001:db8::1]\r\n"
    "Route: <sip:edge.calls.example;lr>, \"P, 2\" <sip:p2.example;lr>\r\n"
    "Max-Forwards: 70\r\n"
    "f: \"Otto \\\"O\\\"\" <sip:otto%20@example.net;user=phone>;tag=o1\r\n"
    "To: sip:rita@calls.example;x=\"y;z\"\r\n"
    "Contact: <sip:otto@192.0.2.40;pn-provider=apns;pn-prid=a:b&c>;q=0.5;expires=60\r\n"
    "Call-ID: c1@192.0.2.40\r\n"
    "CSeq: 7\r\n INVITE\r\n"
    "Content-Type: text/plain\r\n"
    "l: 5\r\n\r\nhello";

TEST(BadInputTest, TheSampleItselfIsSound) {
  const auto message = Message::parse(sound);
  ASSERT_TRUE(message);
  EXPECT_EQ(check_request(*message).status, 0);
}

TEST(BadInputTest, RandomBytesAreRefusedOrRead) {
  Random random{1};
  for (int run = 0; run < 20'000; ++run) {
    std::string wire(below(random, 400), '\0');
    for (char& c : wire) c = static_cast<char>(random());
    ASSERT_EQ(read_everything(wire), "") << "run " << run;
    ASSERT_EQ(read_stream(wire, 1 + below(random, 50)), "") << "run " << run;
  }
}

TEST(BadInputTest, DamagedMessagesAreRefusedOrRead) {
  Random random{2};
  const std::string_view salt = "\r\n\t ;:,<>\"\\@%=?/[]0z\0\xff";
  for (int run = 0; run < 50'000; ++run) {
    std::string wire = sound;
    for (auto edits = 1 + below(random, 4); edits > 0; --edits) {
      const auto at = below(random, wire.size());
      const char c = salt[below(random, salt.size())];
      switch (below(random, 3)) {
        case 0:
          wire[at] = c;
          break;
        case 1:
          wire.insert(at, 1, c);
          break;
        default:
          wire.erase(at, 1 + below(random, 20));
      }
    }
    ASSERT_EQ(read_everything(wire), "") << wire;
    ASSERT_EQ(read_stream(wire + sound, 1 + below(random, 500)), "") << wire;
  }
}

TEST(BadInputTest, EveryPrefixIsRefusedOrRead) {
  for (std::size_t size = 0; size <= sound.size(); ++size) {
    const auto prefix = sound.substr(0, size);
    EXPECT_EQ(read_everything(prefix), "");
    EXPECT_EQ(read_stream(prefix, 3), "");
  }
}

std::string refusal(const std::string& wire) {
  const auto message = Message::parse(wire);
  if (!message) return std::string{to_string(message.error().code)};
  const auto fault = check_request(*message);
  return std::to_string(fault.status) + " " + fault.reason;
}

std::string with(std::string_view line) {
  std::string wire = sound;
  return wire.insert(wire.find("Route:"), line);
}

TEST(BadInputTest, ThreeHundredViasAreRefused) {
  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "Via: SIP/2.0/UDP 192.0.2.9\r\n";
  EXPECT_EQ(refusal(with(lines)), "too many headers");
  std::string joined = "Via: SIP/2.0/UDP 192.0.2.9";
  for (int i = 0; i < 299; ++i) joined += ",SIP/2.0/UDP h";
  EXPECT_EQ(refusal(with(joined + "\r\n")), "400 Too Many Vias");
}

TEST(BadInputTest, AHeaderOfSixtyKilobytesIsRefused) {
  EXPECT_EQ(refusal(with("X: " + std::string(60'000, 'x') + "\r\n")), "message too large");
  EXPECT_EQ(refusal(with("X: " + std::string(20'000, 'x') + "\r\n")), "513 Message Too Large");
}

TEST(BadInputTest, AContentLengthBeyond32BitsIsRefusedOnBothPaths) {
  EXPECT_EQ(refusal(with("Content-Length: 4294967328\r\n")), "400 Bad Content-Length");
  StreamFramer framer;
  framer.push(with("Content-Length: 4294967328\r\n"));
  EXPECT_FALSE(framer.next());
  ASSERT_TRUE(framer.error());
  EXPECT_EQ(framer.error()->code, FrameErrc::message_too_large);
}

TEST(BadInputTest, AStreamThatStopsInMidHeaderIsWaitedForAndNothingElse) {
  StreamFramer framer;
  framer.push(std::string_view{sound}.substr(0, 200));
  EXPECT_FALSE(framer.next());
  EXPECT_FALSE(framer.error());
  EXPECT_TRUE(framer.mid_message());
}

}  // namespace
}  // namespace sip::torture
