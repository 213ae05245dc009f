#include "sipstack/base/deadline_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace sip {
namespace {

using Key = int;

TimePoint at(int ms) { return TimePoint{Duration{ms}}; }

TEST(DeadlineQueue, NamesTheEarliestDeadline) {
  DeadlineQueue<Key> queue;
  queue.set(1, at(30));
  queue.set(2, at(10));
  queue.set(3, at(20));
  EXPECT_EQ(queue.next(), at(10));
  EXPECT_EQ(queue.size(), 3U);
}

TEST(DeadlineQueue, PopsNothingBeforeItsTime) {
  DeadlineQueue<Key> queue;
  queue.set(1, at(10));
  EXPECT_EQ(queue.pop_due(at(9)), std::nullopt);
  EXPECT_EQ(queue.pop_due(at(10)), 1);
  EXPECT_EQ(queue.pop_due(at(10)), std::nullopt);
}

TEST(DeadlineQueue, BreaksTiesByTheOrderOfSetting) {
  DeadlineQueue<Key> queue;
  for (const Key key : {7, 3, 9, 1, 5, 8}) queue.set(key, at(10));
  std::vector<Key> order;
  while (const auto key = queue.pop_due(at(10))) order.push_back(*key);
  EXPECT_EQ(order, (std::vector<Key>{7, 3, 9, 1, 5, 8}));
}

TEST(DeadlineQueue, ReplacesAnEarlierDeadlineByALaterOne) {
  DeadlineQueue<Key> queue;
  queue.set(1, at(10));
  queue.set(1, at(20));
  EXPECT_EQ(queue.pop_due(at(15)), std::nullopt);
  EXPECT_EQ(queue.next(), at(20));
  EXPECT_EQ(queue.size(), 1U);
}

TEST(DeadlineQueue, ReplacesALaterDeadlineByAnEarlierOneAndFiresOnce) {
  DeadlineQueue<Key> queue;
  queue.set(1, at(20));
  queue.set(1, at(10));
  EXPECT_EQ(queue.pop_due(at(30)), 1);
  EXPECT_EQ(queue.pop_due(at(30)), std::nullopt);
}

TEST(DeadlineQueue, ForgetsAKeySetToNothing) {
  DeadlineQueue<Key> queue;
  queue.set(1, at(10));
  queue.set(2, at(20));
  queue.set(1, std::nullopt);
  EXPECT_EQ(queue.next(), at(20));
  EXPECT_EQ(queue.pop_due(at(30)), 2);
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(DeadlineQueue, AgreesWithASortedModelOverAMillionRandomSteps) {
  std::mt19937 random{20};
  DeadlineQueue<Key> queue;
  std::map<Key, std::pair<int, int>> model;  // key -> time, order of setting
  int order = 0;
  for (int step = 0; step < 1'000'000; ++step) {
    const Key key = static_cast<Key>(random() % 500);
    const int time = static_cast<int>(random() % 200);
    const auto kind = random() % 8;
    if (kind == 0) {
      queue.set(key, std::nullopt);
      model.erase(key);
    } else if (kind < 6) {
      queue.set(key, at(time));
      if (const auto old = model.find(key); old == model.end() || old->second.first != time)
        model[key] = {time, order};
      ++order;
    } else {
      const auto popped = queue.pop_due(at(time));
      const auto least =
          std::ranges::min_element(model, {}, [](const auto& entry) { return entry.second; });
      if (least == model.end() || least->second.first > time) {
        ASSERT_EQ(popped, std::nullopt);
      } else {
        ASSERT_EQ(popped, least->first);
        model.erase(least);
      }
    }
    ASSERT_EQ(queue.size(), model.size());
  }
}

TEST(DelayLine, PopsInTheOrderOfPushingAfterTheDelay) {
  DelayLine<Key> line{Duration{100}};
  line.push(1, at(0));
  line.push(2, at(5));
  EXPECT_EQ(line.next(), at(100));
  EXPECT_EQ(line.pop_due(at(99)), std::nullopt);
  EXPECT_EQ(line.pop_due(at(104)), 1);
  EXPECT_EQ(line.pop_due(at(104)), std::nullopt);
  EXPECT_EQ(line.next(), at(105));
}

TEST(DelayLine, NeverNamesOrPopsACancelledEntry) {
  DelayLine<Key> line{Duration{100}};
  const auto first = line.push(1, at(0));
  const auto second = line.push(2, at(1));
  line.push(3, at(2));
  line.cancel(second);
  line.cancel(first);
  EXPECT_EQ(line.next(), at(102));
  EXPECT_EQ(line.pop_due(at(200)), 3);
  EXPECT_EQ(line.next(), std::nullopt);
}

TEST(DelayLine, IgnoresATicketThatIsOver) {
  DelayLine<Key> line{Duration{100}};
  const auto first = line.push(1, at(0));
  EXPECT_EQ(line.pop_due(at(100)), 1);
  line.push(2, at(100));
  line.cancel(first);
  EXPECT_EQ(line.pop_due(at(200)), 2);
}

TEST(DelayLine, StaysInOrderWhenTimeGoesBack) {
  DelayLine<Key> line{Duration{100}};
  line.push(1, at(50));
  line.push(2, at(0));
  EXPECT_EQ(line.pop_due(at(120)), std::nullopt);
  EXPECT_EQ(line.pop_due(at(150)), 1);
  EXPECT_EQ(line.pop_due(at(150)), 2);
}

TEST(FixedDelayQueue, CancelsByKey) {
  FixedDelayQueue<Key> queue{Duration{100}};
  queue.push(1, at(0));
  queue.push(2, at(1));
  queue.cancel(1);
  queue.cancel(77);
  EXPECT_EQ(queue.next(), at(101));
  EXPECT_EQ(queue.pop_due(at(200)), 2);
  EXPECT_EQ(queue.size(), 0U);
}

TEST(FixedDelayQueue, StartsTheDelayAnewWhenAKeyIsPushedAgain) {
  FixedDelayQueue<Key> queue{Duration{100}};
  queue.push(1, at(0));
  queue.push(1, at(50));
  EXPECT_EQ(queue.pop_due(at(100)), std::nullopt);
  EXPECT_EQ(queue.pop_due(at(150)), 1);
  EXPECT_EQ(queue.pop_due(at(1000)), std::nullopt);
}

TEST(FixedDelayQueue, TakesAKeyAgainAfterItWasPopped) {
  FixedDelayQueue<Key> queue{Duration{100}};
  queue.push(1, at(0));
  EXPECT_EQ(queue.pop_due(at(100)), 1);
  queue.push(1, at(100));
  queue.cancel(1);
  EXPECT_EQ(queue.next(), std::nullopt);
}

}  // namespace
}  // namespace sip
