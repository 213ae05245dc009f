#include "proxy/core/admission/sources.hpp"

#include <gtest/gtest.h>

namespace proxy::admission {
namespace {

using namespace std::chrono_literals;

constexpr sip::Rate rate{1s, 1'000};
constexpr sip::TimePoint now{100s};

sip::Address address(std::uint32_t number) { return sip::Address::v4(0x0A000000U + number); }

TEST(Sources, RemembersWhatASourceSpent) {
  Sources sources{64, 7};
  sources.at(address(1), now).messages.spend(rate, now);
  ASSERT_NE(sources.find(address(1)), nullptr);
  EXPECT_EQ(sources.find(address(1))->debt(now), 1s);
  EXPECT_EQ(sources.find(address(2)), nullptr);
}

TEST(Sources, NeverGrowsBeyondItsLimit) {
  Sources sources{1'024, 7};
  for (std::uint32_t i = 0; i < 100'000; ++i) sources.at(address(i), now).messages.spend(rate, now);
  EXPECT_EQ(sources.capacity(), 1'024U);
}

TEST(Sources, StaysSmallWhileNobodyOwesAnything) {
  Sources sources{65'536, 7};
  for (std::uint32_t i = 0; i < 100'000; ++i) sources.at(address(i), now);
  EXPECT_EQ(sources.capacity(), 8U);
}

TEST(Sources, AFloodOfForgedSourcesForgetsNobodyWhoOwesMore) {
  Sources sources{1'024, 7};
  for (std::uint32_t i = 0; i < 100; ++i)
    for (int spent = 0; spent < 3; ++spent) sources.at(address(i), now).failures.spend(rate, now);
  for (std::uint32_t i = 1'000; i < 500'000; ++i)
    sources.at(address(i), now).messages.spend(rate, now);
  for (std::uint32_t i = 0; i < 100; ++i) {
    ASSERT_NE(sources.find(address(i)), nullptr) << i;
    EXPECT_EQ(sources.find(address(i))->failures.debt(now), 3s);
  }
}

TEST(Sources, KeepsEverybodyWhenItGrows) {
  Sources sources{4'096, 7};
  for (std::uint32_t i = 0; i < 1'000; ++i) sources.at(address(i), now).messages.spend(rate, now);
  for (std::uint32_t i = 0; i < 1'000; ++i) EXPECT_NE(sources.find(address(i)), nullptr) << i;
}

}  // namespace
}  // namespace proxy::admission
