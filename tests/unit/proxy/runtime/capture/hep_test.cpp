#include "proxy/runtime/capture/hep.hpp"

#include <gtest/gtest.h>

#include "tests/support/hep_frame.hpp"

namespace proxy::capture {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr std::string_view bye = "BYE sip:a SIP/2.0\r\nCall-ID: c1\r\n\r\n";

HepView udp_view() {
  return {sip::Transport::udp,
          *sip::Endpoint::parse("192.0.2.1:5060"),
          *sip::Endpoint::parse("198.51.100.7:40000"),
          std::chrono::sys_time<std::chrono::microseconds>{1'700'000'000s + 123'456us},
          0x01020304,
          "node",
          "word",
          bye};
}

TEST(Hep, LaysOutEveryByteOfAFrame) {
  const std::string expected =
      "HEP3\x00\xa1"
      "\x00\x00\x00\x01\x00\x07\x02"
      "\x00\x00\x00\x02\x00\x07\x11"
      "\x00\x00\x00\x03\x00\x0a\xc0\x00\x02\x01"
      "\x00\x00\x00\x04\x00\x0a\xc6\x33\x64\x07"
      "\x00\x00\x00\x07\x00\x08\x13\xc4"
      "\x00\x00\x00\x08\x00\x08\x9c\x40"
      "\x00\x00\x00\x09\x00\x0a\x65\x53\xf1\x00"
      "\x00\x00\x00\x0a\x00\x0a\x00\x01\xe2\x40"
      "\x00\x00\x00\x0b\x00\x07\x01"
      "\x00\x00\x00\x0c\x00\x0a\x01\x02\x03\x04"
      "\x00\x00\x00\x0e\x00\x0aword"
      "\x00\x00\x00\x13\x00\x0anode"
      "\x00\x00\x00\x11\x00\x08"
      "c1"
      "\x00\x00\x00\x0f\x00\x28"s +
      std::string{bye};
  const auto frame = encode(udp_view());
  EXPECT_EQ(frame.bytes, expected);
  EXPECT_FALSE(frame.cut);
}

TEST(Hep, TellsIpv6AddressesInChunksOfTheirOwn) {
  auto view = udp_view();
  view.from = *sip::Endpoint::parse("[2001:db8::1]:5060");
  view.to = *sip::Endpoint::parse("[2001:db8::2]:5062");
  const auto frame = test::HepFrame::read(encode(view).bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->number(0x01), 10U);
  EXPECT_EQ(frame->source(), view.from);
  EXPECT_EQ(frame->target(), view.to);
  EXPECT_FALSE(frame->chunks.contains(0x03) || frame->chunks.contains(0x04));
}

TEST(Hep, CountsEveryStreamAsTcp) {
  auto view = udp_view();
  for (const auto transport :
       {sip::Transport::tcp, sip::Transport::tls, sip::Transport::ws, sip::Transport::wss}) {
    view.transport = transport;
    EXPECT_EQ(test::HepFrame::read(encode(view).bytes)->number(0x02), 6U);
  }
}

TEST(Hep, LeavesOutWhatIsNotSet) {
  auto view = udp_view();
  view.key = view.name = {};
  view.message = "no message at all";
  const auto frame = test::HepFrame::read(encode(view).bytes);
  ASSERT_TRUE(frame);
  for (const auto type : {0x0e, 0x13, 0x11}) EXPECT_FALSE(frame->chunks.contains(type)) << type;
  EXPECT_EQ(frame->message(), view.message);
}

TEST(Hep, CutsAMessageThatDoesNotFitIntoADatagram) {
  auto view = udp_view();
  const std::string large = std::string{bye} + std::string(70'000, 'x');
  view.message = large;
  const auto frame = encode(view);
  EXPECT_TRUE(frame.cut);
  EXPECT_EQ(frame.bytes.size(), frame_most);
  const auto read = test::HepFrame::read(frame.bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->message(), large.substr(0, read->message().size()));
}

TEST(Hep, SendsTheLargestMessageThatFitsWhole) {
  auto view = udp_view();
  const auto around = encode(view).bytes.size() - bye.size();
  const std::string largest = std::string{bye} + std::string(frame_most - around - bye.size(), 'x');
  view.message = largest;
  EXPECT_FALSE(encode(view).cut);
  EXPECT_EQ(encode(view).bytes.size(), frame_most);
}

TEST(Hep, CutsLongTextsOfStrangers) {
  auto view = udp_view();
  const auto message = "BYE sip:a SIP/2.0\r\ni:" + std::string(65'000, 'c') + "\r\n\r\n";
  view.message = message;
  const auto frame = test::HepFrame::read(encode(view).bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->text(0x11), std::string(255, 'c'));
}

TEST(CallIdIn, FindsBothNamesHoweverTheyAreWritten) {
  EXPECT_EQ(call_id_in("A b c\r\nVia: x\r\ncall-ID  :  one two \r\n\r\n"), "one two");
  EXPECT_EQ(call_id_in("A b c\r\nI:x@y\r\n"), "x@y");
  EXPECT_EQ(call_id_in("A b c\ni:bare"), "bare");
}

TEST(CallIdIn, FindsNoneInABodyOrInNothing) {
  EXPECT_EQ(call_id_in("A b c\r\nVia: x\r\n\r\nCall-ID: body\r\n"), "");
  for (const auto* text : {"", "\n", "\r\n", "i:first line", "A\r\ni", "A\r\n:"})
    EXPECT_EQ(call_id_in(text), "") << text;
}

}  // namespace
}  // namespace proxy::capture
