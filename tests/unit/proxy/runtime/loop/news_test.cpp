#include "proxy/runtime/loop/news.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime {
namespace {

class NewsTest : public testing::Test {
 protected:
  void watch() {
    desk.watch([this](const std::vector<News>& news) {
      ++turns;
      for (const auto& one : news) heard.push_back(std::get<RegistrationNews>(one.what).id);
    });
  }
  void add(std::int64_t id) { desk.add({{}, RegistrationNews{id, false}}); }
  void run() {
    edge.restart();
    edge.run();
  }

  boost::asio::io_context edge;
  NewsDesk desk{edge};
  std::vector<std::int64_t> heard;
  int turns{0};
};

using Ids = std::vector<std::int64_t>;

TEST_F(NewsTest, AreToldOnceTheyAreInTheStore) {
  watch();
  add(1);
  desk.settle(7);
  run();
  EXPECT_EQ(heard, Ids{});
  desk.committed(6);
  run();
  EXPECT_EQ(heard, Ids{});
  desk.committed(7);
  run();
  EXPECT_EQ(heard, Ids{1});
}

TEST_F(NewsTest, WaitForNothingThatIsThereAlready) {
  watch();
  desk.committed(7);
  add(1);
  desk.settle(7);
  run();
  EXPECT_EQ(heard, Ids{1});
}

TEST_F(NewsTest, KeepTheirOrder) {
  watch();
  add(1);
  desk.settle(1);
  add(2);
  desk.settle(1);
  add(3);
  desk.settle(2);
  desk.committed(2);
  run();
  EXPECT_EQ(heard, (Ids{1, 2, 3}));
}

TEST_F(NewsTest, WakeTheEdgeOnceForABurst) {
  watch();
  for (std::int64_t id = 1; id <= 5; ++id) {
    add(id);
    desk.settle(0);
  }
  run();
  EXPECT_EQ(heard.size(), 5U);
  EXPECT_EQ(turns, 1);
}

TEST_F(NewsTest, EndWithTheWatchEvenFromWithinIt) {
  desk.watch([this](const std::vector<News>&) {
    ++turns;
    desk.watch({});
  });
  EXPECT_TRUE(desk.is_watched());
  add(1);
  desk.settle(0);
  run();
  EXPECT_FALSE(desk.is_watched());
  add(2);
  desk.settle(0);
  run();
  EXPECT_EQ(turns, 1);
}

}  // namespace
}  // namespace proxy::runtime
