#include "sipstack/locate/arrange.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/sipstack/locate/zone.hpp"

namespace sip::locate::test {
namespace {

Way way(const char* address, std::uint16_t priority, std::uint16_t weight, std::uint32_t rank = 0) {
  return {Transport::udp, rank, priority, weight, 5060, address, {*Address::parse(address)}};
}

std::string order(const std::vector<Way>& ways, std::vector<std::uint64_t> falls) {
  Dice dice{std::move(falls)};
  std::string out;
  for (const auto& target : arrange(ways, dice)) out += target.endpoint.address.to_string().back();
  return out;
}

TEST(Arrange, PutsRankBeforePriorityBeforeWeight) {
  EXPECT_EQ(order({way("192.0.2.1", 1, 65535), way("192.0.2.2", 2, 1), way("192.0.2.3", 0, 0),
                   way("192.0.2.4", 0, 9, 1)},
                  {0}),
            "3124");
}

TEST(Arrange, PicksTheFirstWhoseRunningSumReachesTheDice) {
  // RFC 2782: weights 1, 2, 3; the sums are 1, 3, 6.
  const std::vector<Way> ways{way("192.0.2.1", 0, 1), way("192.0.2.2", 0, 2),
                              way("192.0.2.3", 0, 3)};
  const std::vector<std::pair<std::uint64_t, char>> rows{{0, '1'}, {1, '1'}, {2, '2'}, {3, '2'},
                                                         {4, '3'}, {5, '3'}, {6, '3'}, {7, '1'}};
  for (const auto& [fall, first] : rows) EXPECT_EQ(order(ways, {fall, 0}).front(), first) << fall;
}

TEST(Arrange, GivesWeight0ASmallChanceOnly) {
  const std::vector<Way> ways{way("192.0.2.1", 0, 10), way("192.0.2.2", 0, 0)};
  EXPECT_EQ(order(ways, {0}), "21");
  for (std::uint64_t fall = 1; fall <= 10; ++fall) EXPECT_EQ(order(ways, {fall}), "12");
}

TEST(Arrange, SharesTheLoadByWeight) {
  struct Counter : IdSource {
    std::uint64_t next() override {
      return state = state * 6364136223846793005ULL + 1, state >> 33;
    }
    std::uint64_t state{1};
  } dice;
  const std::vector<Way> ways{way("192.0.2.1", 0, 3), way("192.0.2.2", 0, 1)};
  int first = 0;
  for (int i = 0; i < 10'000; ++i)
    if (arrange(ways, dice).front().endpoint.address == ways[0].addresses[0]) ++first;
  EXPECT_NEAR(first, 8'000, 200);  // a mark of 0 is one of five: (1 + 3) / 5
}

TEST(Arrange, NamesNoTargetTwiceAndStaysInItsBounds) {
  std::vector<Way> ways{way("192.0.2.1", 0, 0), way("192.0.2.1", 1, 0)};
  EXPECT_EQ(order(ways, {0}), "1");
  ways.clear();
  for (int i = 1; i < 100; ++i) ways.push_back(way(("10.0.0." + std::to_string(i)).c_str(), 0, 1));
  EXPECT_EQ(order(ways, {0}).size(), 16U);
  EXPECT_EQ(order({}, {0}), "");
}

}  // namespace
}  // namespace sip::locate::test
