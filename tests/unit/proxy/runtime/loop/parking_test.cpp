#include "proxy/runtime/loop/parking.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime {
namespace {

Parking::Item item(const std::string& text) {
  Send send;
  send.bytes = sip::make_bytes(text);
  return send;
}

std::string texts(const Parking::Items& items) {
  std::string out;
  for (const auto& one : items) out += *std::get<Send>(one).bytes;
  return out;
}

TEST(Parking, NothingWaitsForBatchZero) {
  const Parking parking{10};
  EXPECT_TRUE(parking.is_free(0));
  EXPECT_FALSE(parking.is_free(1));
}

TEST(Parking, LetsItemsGoInOrderOfBatchAndArrival) {
  Parking parking{10};
  parking.park(2, item("c"));
  parking.park(1, item("a"));
  parking.park(2, item("d"));
  parking.park(1, item("b"));
  parking.park(3, item("e"));
  EXPECT_EQ(texts(parking.commit(2)), "abcd");
  EXPECT_EQ(parking.size(), 1U);
  EXPECT_TRUE(parking.is_free(2));
  EXPECT_FALSE(parking.is_free(3));
}

TEST(Parking, ALowerCommitTakesNothingBack) {
  Parking parking{10};
  parking.commit(5);
  EXPECT_TRUE(parking.commit(3).empty());
  EXPECT_TRUE(parking.is_free(5));
}

TEST(Parking, ThrowsAwayWhatWaitsForALostBatchAndNothingElse) {
  Parking parking{10};
  parking.park(1, item("a"));
  parking.park(2, item("b"));
  parking.park(3, item("c"));
  parking.park(4, item("d"));
  EXPECT_EQ(parking.lose(2, 3), 2U);
  EXPECT_EQ(texts(parking.commit(4)), "ad");
}

TEST(Parking, WhatNamesALostBatchLaterIsFree) {
  Parking parking{10};
  parking.lose(2, 3);
  EXPECT_FALSE(parking.is_free(1)) << "an earlier batch may still be under way";
  EXPECT_TRUE(parking.is_free(2));
  EXPECT_TRUE(parking.is_free(3));
  EXPECT_FALSE(parking.is_free(4));
}

TEST(Parking, RefusesMoreThanItHasRoomFor) {
  Parking parking{2};
  EXPECT_TRUE(parking.park(1, item("a")));
  EXPECT_TRUE(parking.park(1, item("b")));
  EXPECT_FALSE(parking.park(1, item("c")));
  parking.commit(1);
  EXPECT_TRUE(parking.park(2, item("d")));
}

}  // namespace
}  // namespace proxy::runtime
