#include "web/server/event_hub.hpp"

#include <gtest/gtest.h>

namespace web::server {
namespace {

using namespace std::chrono_literals;

void publish(EventHub& hub, int count) {
  for (int i = 0; i < count; ++i) hub.publish({"call", std::to_string(i)});
}

TEST(EventHub, TellsFollowersThatThereIsMore) {
  EventHub hub{9};
  int woken = 0;
  hub.follow([&] { ++woken; });
  publish(hub, 2);
  EXPECT_EQ(woken, 2);
}

TEST(EventHub, BeginsNowWithoutALastEvent) {
  EventHub hub{9};
  publish(hub, 3);
  auto place = hub.place_of(std::nullopt);
  EXPECT_FALSE(place.gap);
  EXPECT_EQ(hub.read(place), "");
}

TEST(EventHub, ReplaysWhatFollowedTheLastEvent) {
  EventHub hub{9};
  publish(hub, 3);
  auto place = hub.place_of(api::EventId{9, 1});
  EXPECT_FALSE(place.gap);
  EXPECT_EQ(hub.read(place), "id: 9-2\nevent: call\ndata: 1\n\nid: 9-3\nevent: call\ndata: 2\n\n");
  EXPECT_EQ(hub.read(place), "");
}

TEST(EventHub, SaysThatThereIsAGap) {
  EventHub hub{9};
  publish(hub, static_cast<int>(EventHub::most_kept) + 2);
  EXPECT_FALSE(hub.place_of(api::EventId{9, 2}).gap);
  EXPECT_TRUE(hub.place_of(api::EventId{9, 1}).gap);
  EXPECT_TRUE(hub.place_of(api::EventId{8, 4000}).gap);
  EXPECT_TRUE(hub.place_of(api::EventId{9, 9'000'000}).gap);
}

TEST(EventHub, TellsASlowFollowerToReadEverythingAgain) {
  EventHub hub{9};
  auto place = hub.place_of(std::nullopt);
  publish(hub, static_cast<int>(EventHub::most_kept) + 1);
  EXPECT_EQ(hub.read(place), "id: 9-4097\nevent: reset\ndata: {}\n\n");
  publish(hub, 1);
  EXPECT_EQ(hub.read(place), "id: 9-4098\nevent: call\ndata: 0\n\n");
}

TEST(EventHub, LeavesAGapWhereNobodyListened) {
  EventHub hub{9};
  publish(hub, 3);
  hub.skip();
  EXPECT_TRUE(hub.place_of(api::EventId{9, 3}).gap);
}

TEST(EventHub, HasRoomForSoManyFollowers) {
  EventHub hub{9};
  for (std::size_t i = 0; i < EventHub::most_followers; ++i) EXPECT_TRUE(hub.follow([] {}));
  EXPECT_FALSE(hub.follow([] {}));
  hub.leave(1, EventHub::Clock::now());
  EXPECT_TRUE(hub.follow([] {}));
}

TEST(EventHub, IsForgottenWhenNobodyHasComeBack) {
  EventHub hub{9};
  const auto follower = hub.follow([] {});
  const auto now = EventHub::Clock::now();
  EXPECT_FALSE(hub.is_forgotten(now + 10min));
  hub.leave(follower.value_or(0), now);
  EXPECT_FALSE(hub.is_forgotten(now + 1min));
  EXPECT_TRUE(hub.is_forgotten(now + 2min));
}

}  // namespace
}  // namespace web::server
