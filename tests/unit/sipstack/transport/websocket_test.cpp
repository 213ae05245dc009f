#include "sipstack/transport/websocket.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sipstack/transport/utf8.hpp"

namespace sip {
namespace {

constexpr std::size_t limit = 65'536;

/// Bytes written as numbers, so that zeros count.
std::string bytes(std::initializer_list<int> numbers) {
  std::string out;
  for (const int number : numbers) out += static_cast<char>(number);
  return out;
}

/// A frame as a client sends it; `first` is its first byte.
std::string masked(int first, std::string_view payload) {
  auto head = websocket_frame_head(WebSocketOpcode::text, payload.size());
  head[0] = static_cast<char>(first);
  head[1] = static_cast<char>(head[1] | static_cast<char>(0x80));
  const auto mask = bytes({0x37, 0xfa, 0x21, 0x3d});
  auto out = head + mask;
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(payload[i] ^ mask[i % mask.size()]);
  return out;
}

struct Read {
  std::vector<WebSocketFramer::Item> items;
  std::optional<WebSocketErrc> error;
  bool mid_message{false};
};
Read read(std::string_view stream, std::size_t chunk = std::string::npos) {
  WebSocketFramer framer{limit};
  Read out;
  for (std::size_t at = 0; at < stream.size(); at += std::min(chunk, stream.size())) {
    framer.push(stream.substr(at, chunk));
    while (auto item = framer.next()) out.items.push_back(std::move(*item));
  }
  out.error = framer.error();
  out.mid_message = framer.mid_message();
  return out;
}

TEST(WebSocket, ReadsTheExampleOfTheRfc) {
  const auto found =
      read(bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_EQ(found.items[0].opcode, WebSocketOpcode::text);
  EXPECT_EQ(found.items[0].payload, "Hello");
  EXPECT_FALSE(found.mid_message);
}

TEST(WebSocket, WritesTheExamplesOfTheRfc) {
  EXPECT_EQ(websocket_frame(WebSocketOpcode::text, "Hello"), bytes({0x81, 0x05}) + "Hello");
  EXPECT_EQ(websocket_frame_head(WebSocketOpcode::binary, 256), bytes({0x82, 0x7E, 0x01, 0x00}));
  EXPECT_EQ(websocket_frame_head(WebSocketOpcode::binary, 65'536),
            bytes({0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0}));
  EXPECT_EQ(websocket_close(1002), bytes({0x88, 0x02, 0x03, 0xEA}));
}

TEST(WebSocket, ReadsFramesOfEveryLengthHoweverTheyArrive) {
  std::string stream;
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U})
    stream += masked(0x82, std::string(size, 'x'));
  for (const std::size_t chunk : {1U, 7U, 4'096U, 1'000'000U}) {
    const auto found = read(stream, chunk);
    ASSERT_EQ(found.items.size(), 7U) << chunk;
    EXPECT_EQ(found.items[6].payload, std::string(65'536, 'x'));
    EXPECT_FALSE(found.error);
  }
}

TEST(WebSocket, PutsFragmentsTogetherWithAPingBetween) {
  const auto found = read(masked(0x01, "one ") + masked(0x00, "two ") + masked(0x89, "ping") +
                          masked(0x80, "three"));
  ASSERT_EQ(found.items.size(), 2U);
  EXPECT_EQ(found.items[0].opcode, WebSocketOpcode::ping);
  EXPECT_EQ(found.items[1].opcode, WebSocketOpcode::text);
  EXPECT_EQ(found.items[1].payload, "one two three");
}

TEST(WebSocket, IsInTheMiddleOfAMessageBetweenFragments) {
  EXPECT_TRUE(read(masked(0x01, "one")).mid_message);
  EXPECT_TRUE(read(masked(0x81, "one").substr(0, 3)).mid_message);
}

struct Bad {
  const char* name;
  std::string stream;
  WebSocketErrc error;
};
class WebSocketBad : public ::testing::TestWithParam<Bad> {};

TEST_P(WebSocketBad, IsRefusedByItsHead) {
  for (const std::size_t chunk : {1U, 1'000U}) {
    const auto found = read(GetParam().stream, chunk);
    ASSERT_TRUE(found.error);
    EXPECT_EQ(*found.error, GetParam().error);
    EXPECT_TRUE(found.items.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, WebSocketBad,
    ::testing::Values(
        Bad{"NotMasked", bytes({0x81, 0x02}) + "hi....", WebSocketErrc::not_masked},
        Bad{"ReservedBit", masked(0xC1, "hi"), WebSocketErrc::reserved_bits},
        Bad{"UnknownDataOpcode", masked(0x83, "hi"), WebSocketErrc::unknown_opcode},
        Bad{"UnknownControlOpcode", masked(0x8B, "hi"), WebSocketErrc::unknown_opcode},
        Bad{"LengthAbove2To63", bytes({0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0}),
            WebSocketErrc::bad_length},
        Bad{"LengthOfAllOnes", bytes({0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
            WebSocketErrc::bad_length},
        Bad{"LongLength", bytes({0x82, 0xFE, 0x00, 0x05}) + "....hello", WebSocketErrc::bad_length},
        Bad{"LongerLength", bytes({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}),
            WebSocketErrc::bad_length},
        Bad{"LengthOf2To62", bytes({0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0}),
            WebSocketErrc::too_large},
        Bad{"OneByteTooLarge", bytes({0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1}),
            WebSocketErrc::too_large},
        Bad{"TooLargeInFragments",
            masked(0x02, std::string(60'000, 'x')) + masked(0x80, std::string(6'000, 'x')),
            WebSocketErrc::too_large},
        Bad{"FragmentedPing", masked(0x09, "hi"), WebSocketErrc::bad_control},
        Bad{"LargePing", masked(0x89, std::string(126, 'x')), WebSocketErrc::bad_control},
        Bad{"ContinuationOfNothing", masked(0x80, "hi"), WebSocketErrc::bad_continuation},
        Bad{"MessageBetweenFragments", masked(0x01, "one") + masked(0x81, "two"),
            WebSocketErrc::bad_continuation},
        Bad{"TextThatIsNotUtf8", masked(0x81, "\xC3\x28"), WebSocketErrc::not_utf8}),
    [](const auto& bad) { return bad.param.name; });

TEST(WebSocket, TellsWhatCameBeforeAnError) {
  const auto found = read(masked(0x81, "good") + masked(0x83, "bad") + masked(0x81, "never"));
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_EQ(found.items[0].payload, "good");
  EXPECT_EQ(found.error, WebSocketErrc::unknown_opcode);
}

TEST(WebSocket, TextMayBeCutInsideACharacter) {
  const auto found = read(masked(0x01, "caf\xC3") + masked(0x80, "\xA9"));
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_EQ(found.items[0].payload, "café");
}

TEST(Utf8, KnowsItsBorders) {
  for (const auto* good : {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const auto* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xE2\x28\xA1", "\xFF"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

}  // namespace
}  // namespace sip
