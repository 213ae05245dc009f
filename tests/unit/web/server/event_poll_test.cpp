#include "web/server/event_poll.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>

#include "tests/unit/web/server/fake_backend.hpp"

namespace web::server {
namespace {

using namespace std::chrono_literals;

class EventPollTest : public ::testing::Test {
 protected:
  void use(std::chrono::milliseconds patience) {
    poll_ = std::make_shared<EventPoll>(io_, backend_, patience);
  }
  void ask(std::optional<api::EventId> last) {
    text_.reset();
    poll_->ask({last}, [this](std::string text) { text_ = std::move(text); });
    settle();
  }
  void settle() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }
  void happens(std::int64_t call) {
    backend_->events().publish(api::call_step({}, call, proxy::record::Step::held, 0));
    settle();
  }

  boost::asio::io_context io_;
  std::shared_ptr<FakeBackend> backend_{std::make_shared<FakeBackend>()};
  std::shared_ptr<EventPoll> poll_;
  std::optional<std::string> text_;
};

TEST_F(EventPollTest, BeginsAtOnceWithTheIdToGoOnFrom) {
  use(1h);
  ask({});
  ASSERT_TRUE(text_);
  EXPECT_NE(text_->find("id: 1-0\nevent: hello\n"), std::string::npos) << *text_;
}

TEST_F(EventPollTest, WaitsUntilThereIsMore) {
  use(1h);
  ask(api::EventId{1, 0});
  EXPECT_FALSE(text_);
  happens(7);
  ASSERT_TRUE(text_);
  EXPECT_TRUE(text_->starts_with("id: 1-1\nevent: call\n")) << *text_;
  EXPECT_NE(text_->find("\"call\":7"), std::string::npos);
}

TEST_F(EventPollTest, GivesWhatWasMissedAtOnce) {
  use(1h);
  happens(7);
  happens(8);
  ask(api::EventId{1, 1});
  ASSERT_TRUE(text_);
  EXPECT_EQ(text_->find("\"call\":7"), std::string::npos);
  EXPECT_NE(text_->find("\"call\":8"), std::string::npos);
}

TEST_F(EventPollTest, SaysThatThereIsAGap) {
  use(1h);
  ask(api::EventId{99, 5});
  ASSERT_TRUE(text_);
  EXPECT_NE(text_->find("event: reset\n"), std::string::npos) << *text_;
}

TEST_F(EventPollTest, AnswersWithNothingWhenTimeIsUpOrTheServerStops) {
  use(1ms);
  ask(api::EventId{1, 0});
  io_.restart();
  while (!text_ && io_.run_one_for(10s) > 0) {
  }
  EXPECT_EQ(text_, "");

  use(1h);
  ask(api::EventId{1, 0});
  EXPECT_FALSE(text_);
  poll_->stop();
  settle();
  EXPECT_EQ(text_, "");
}

}  // namespace
}  // namespace web::server
