#include "sipstack/transport/framing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sip {
namespace {

using Item = StreamFramer::Item;
using KeepAlive = StreamFramer::KeepAlive;

std::string message(std::string_view length_line, std::string_view body = {}) {
  return "MESSAGE sip:bob@example.com SIP/2.0\r\nCall-ID: a\r\n" + std::string{length_line} +
         "\r\nCSeq: 1 MESSAGE\r\n\r\n" + std::string{body};
}

std::vector<Item> take_all(StreamFramer& framer) {
  std::vector<Item> items;
  while (auto item = framer.next()) items.push_back(std::move(*item));
  return items;
}

std::vector<Item> frame(std::string_view stream) {
  StreamFramer framer;
  framer.push(stream);
  return take_all(framer);
}

FrameErrc error_of(std::string_view stream, const Limits& limits = {}) {
  StreamFramer framer{limits};
  framer.push(stream);
  take_all(framer);
  if (!framer.error()) ADD_FAILURE() << "no error: " << stream.substr(0, 80);
  return framer.error().value_or(FrameError{}).code;
}

TEST(StreamFramerTest, CutsMessagesWhereContentLengthSaysSo) {
  const auto first = message("Content-Length: 5", "hello");
  const auto second = message("Content-Length: 0");
  EXPECT_EQ(frame(first + second), (std::vector<Item>{first, second}));
}

TEST(StreamFramerTest, GivesTheSameItemsHoweverTheStreamIsChopped) {
  const auto stream = message("Content-Length: 4", "a\r\nb") + "\r\n\r\n" +
                      message("l:\r\n 2", "xy") + message("Content-Length: 0");
  const auto whole = frame(stream);
  ASSERT_EQ(whole.size(), 4U);
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    StreamFramer framer;
    framer.push(std::string_view{stream}.substr(0, cut));
    auto items = take_all(framer);
    framer.push(std::string_view{stream}.substr(cut));
    for (auto& item : take_all(framer)) items.push_back(std::move(item));
    // A ping cut in its middle is told as a pong first, so that nobody waits for it.
    std::erase(items, Item{KeepAlive::pong});
    EXPECT_EQ(items, whole) << "cut at " << cut;
  }
}

TEST(StreamFramerTest, TakesAStreamByteByByte) {
  const auto one = message("Content-Length: 3000", std::string(3000, 'x'));
  std::string stream;
  for (int i = 0; i < 100; ++i) stream += one;
  StreamFramer framer;
  std::size_t messages = 0;
  for (const char c : stream) {
    framer.push({&c, 1});
    while (const auto item = framer.next()) {
      EXPECT_EQ(std::get<std::string>(*item), one);
      ++messages;
    }
  }
  EXPECT_EQ(messages, 100U);
  EXPECT_FALSE(framer.mid_message());
}

TEST(StreamFramerTest, KeepsItsPlaceWhenReadMessagesAreThrownAway) {
  const auto small = message("l: 100", std::string(100, 's'));
  const auto large = message("l: 30000", std::string(30'000, 'l'));
  std::string many;
  for (int i = 0; i < 200; ++i) many += small;
  for (std::size_t part = 1; part < 300; part += 7) {
    StreamFramer framer;
    framer.push(many + large.substr(0, part));  // stops in its headers, or in its body
    EXPECT_EQ(take_all(framer).size(), 200U);
    framer.push(std::string_view{large}.substr(part, 10'000));
    EXPECT_FALSE(framer.next());
    framer.push(std::string_view{large}.substr(part + 10'000));
    EXPECT_EQ(framer.next(), Item{large}) << part;
  }
}

TEST(StreamFramerTest, FindsContentLengthInEveryForm) {
  for (const auto* line :
       {"Content-Length: 5", "content-length:5", "CONTENT-LENGTH : 5", "l: 5", "L:5", "l\t:\t5  ",
        "Content-Length:\r\n 5", "Content-Length: \r\n\t\r\n 5", "Content-Length: 0005",
        "Content-Length: 5\r\nContent-Length: 5"}) {
    const auto text = message(line, "hello");
    EXPECT_EQ(frame(text + message("l: 0")), (std::vector<Item>{text, message("l: 0")})) << line;
  }
}

TEST(StreamFramerTest, DoesNotTakeAFoldedLineOfAnotherHeaderForContentLength) {
  const auto text = message("Subject: x\r\n Content-Length: 99\r\nContent-Length: 2", "ab");
  EXPECT_EQ(frame(text), std::vector<Item>{text});
}

TEST(StreamFramerTest, FramesResponses) {
  const std::string text = "SIP/2.0 200 OK\r\nl: 0\r\n\r\n";
  EXPECT_EQ(frame(text), std::vector<Item>{text});
}

TEST(StreamFramerTest, TellsPingFromPong) {
  EXPECT_EQ(frame("\r\n\r\n"), std::vector<Item>{KeepAlive::ping});
  EXPECT_EQ(frame("\r\n"), std::vector<Item>{KeepAlive::pong});
  EXPECT_EQ(frame("\r\n\r\n\r\n\r\n\r\n"),
            (std::vector<Item>{KeepAlive::ping, KeepAlive::ping, KeepAlive::pong}));
}

TEST(StreamFramerTest, TakesTwoSingleCrlfsForAPing) {
  StreamFramer framer;
  framer.push("\r\n");
  EXPECT_EQ(take_all(framer), std::vector<Item>{KeepAlive::pong});
  framer.push("\r");
  EXPECT_TRUE(take_all(framer).empty());
  framer.push("\n");
  EXPECT_EQ(take_all(framer), std::vector<Item>{KeepAlive::ping});
  framer.push("\r\n");
  EXPECT_EQ(take_all(framer), std::vector<Item>{KeepAlive::pong});
}

TEST(StreamFramerTest, ForgetsASingleCrlfWhenAMessageFollows) {
  const auto text = message("l: 0");
  EXPECT_EQ(frame("\r\n" + text + "\r\n"),
            (std::vector<Item>{KeepAlive::pong, text, KeepAlive::pong}));
}

TEST(StreamFramerTest, WaitsForTheRestAndSaysThatItIsInAMessage) {
  const auto text = message("Content-Length: 5", "hello");
  StreamFramer framer;
  EXPECT_FALSE(framer.mid_message());
  framer.push(std::string_view{text}.substr(0, 30));  // a stream that stops in mid-header
  EXPECT_FALSE(framer.next());
  EXPECT_TRUE(framer.mid_message());
  framer.push(std::string_view{text}.substr(30, text.size() - 31));
  EXPECT_FALSE(framer.next());
  EXPECT_TRUE(framer.mid_message());
  framer.push("o");
  EXPECT_EQ(framer.next(), Item{text});
  EXPECT_FALSE(framer.mid_message());
  EXPECT_FALSE(framer.error());
}

TEST(StreamFramerTest, RefusesALengthThatIsNoNumber) {
  for (const auto* value : {"", "-999", "+5", "5x", "0x5", "5 5", "5\r\n 5", "5,5", "five"})
    EXPECT_EQ(error_of(message(std::string{"Content-Length: "} + value)),
              FrameErrc::bad_content_length)
        << value;
}

TEST(StreamFramerTest, RefusesALengthBeyondTheLimitWithoutOverflow) {
  for (const auto* value : {"65537", "4294967328", "18446744073709551648",
                            "99999999999999999999999999999999999999999999"})
    EXPECT_EQ(error_of(message(std::string{"Content-Length: "} + value)),
              FrameErrc::message_too_large)
        << value;
}

TEST(StreamFramerTest, CountsTheHeadersIntoTheMessageLimit) {
  Limits limits;
  limits.message_bytes = message("l: 100").size() + 100;
  StreamFramer framer{limits};
  framer.push(message("l: 100", std::string(100, 'x')));
  EXPECT_TRUE(framer.next());
  EXPECT_EQ(error_of(message("l: 101"), limits), FrameErrc::message_too_large);
}

TEST(StreamFramerTest, RefusesUnequalLengthsAndAMissingOne) {
  EXPECT_EQ(error_of(message("Content-Length: 13\r\nl: 5")), FrameErrc::unequal_content_lengths);
  EXPECT_EQ(error_of(message("Subject: none")), FrameErrc::missing_content_length);
}

TEST(StreamFramerTest, RefusesAStartLineThatNeverEnds) {
  StreamFramer framer;
  framer.push("INVITE sip:");
  for (int i = 0; i < 10 && !framer.error(); ++i) {
    framer.push(std::string(1000, 'a'));
    EXPECT_FALSE(framer.next());
  }
  ASSERT_TRUE(framer.error());
  EXPECT_EQ(framer.error()->code, FrameErrc::start_line_too_long);
}

TEST(StreamFramerTest, RefusesAHeaderOfSixtyKilobytesBeforeItIsWhole) {
  StreamFramer framer;
  framer.push("INVITE sip:bob@example.com SIP/2.0\r\nSubject: ");
  std::size_t pushed = 0;
  while (!framer.error() && pushed < 60'000) {
    framer.push(std::string(100, 'a'));
    pushed += 100;
    EXPECT_FALSE(framer.next());
  }
  ASSERT_TRUE(framer.error());
  EXPECT_EQ(framer.error()->code, FrameErrc::headers_too_large);
  EXPECT_LE(pushed, Limits{}.header_bytes + 100);
}

TEST(StreamFramerTest, RefusesLineEndsThatAreNotCrlf) {
  EXPECT_EQ(error_of("OPTIONS sip:a SIP/2.0\n"), FrameErrc::bad_line_end);
  EXPECT_EQ(error_of("OPTIONS sip:a SIP/2.0\r\nl: 0\n\r\n"), FrameErrc::bad_line_end);
  EXPECT_EQ(error_of("OPTIONS sip:a SIP/2.0\r\nl: 0\rX: y\r\n"), FrameErrc::bad_line_end);
  EXPECT_EQ(error_of("OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\n"), FrameErrc::bad_line_end);
}

TEST(StreamFramerTest, RefusesOtherProtocols) {
  EXPECT_EQ(error_of("GET / HTTP/1.1\r\nHost: example.com\r\n"), FrameErrc::garbage);
  EXPECT_EQ(error_of("\x16\x03\x01"), FrameErrc::garbage);
  EXPECT_EQ(error_of("\n"), FrameErrc::garbage);
  EXPECT_EQ(error_of("\r\r"), FrameErrc::garbage);
  EXPECT_EQ(error_of(" OPTIONS sip:a SIP/2.0\r\n"), FrameErrc::garbage);
}

TEST(StreamFramerTest, IsDeadAfterAnErrorAndHasGivenOutWhatCameBefore) {
  const auto sound = message("l: 0");
  StreamFramer framer;
  framer.push(sound + "\r\n\r\n" + message("l: -1") + sound);
  EXPECT_EQ(framer.next(), Item{sound});
  EXPECT_EQ(framer.next(), Item{KeepAlive::ping});
  EXPECT_FALSE(framer.next());
  EXPECT_EQ(framer.error(), (FrameError{FrameErrc::bad_content_length, sound.size() + 4}));
  framer.push(sound);
  EXPECT_FALSE(framer.next());
  EXPECT_FALSE(framer.mid_message());
}

TEST(StreamFramerTest, NamesEveryError) {
  EXPECT_EQ(to_string(FrameErrc::unequal_content_lengths), "unequal Content-Lengths");
  EXPECT_EQ(to_string(FrameErrc::garbage), "no SIP message");
}

}  // namespace
}  // namespace sip
