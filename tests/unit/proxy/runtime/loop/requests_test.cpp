#include "proxy/runtime/loop/requests.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime {
namespace {

using std::chrono::milliseconds;

class RequestsTest : public ::testing::Test {
 protected:
  Requests& open(milliseconds patience = std::chrono::seconds{5}) {
    requests_.emplace(edge_, patience, [this](Event event) {
      if (!full_) events_.push_back(std::move(event));
      return !full_;
    });
    return *requests_;
  }
  Requests::Callback keep() {
    return [this](view::Answer answer) { answers_.push_back(std::move(answer)); };
  }
  RequestId id(std::size_t at = 0) const { return std::get<QueryRequest>(events_.at(at)).id; }
  std::string refusal(std::size_t at = 0) const {
    const auto& refused = std::get<view::Refused>(answers_.at(at));
    return std::to_string(refused.status) + " " + refused.why;
  }

  boost::asio::io_context edge_;
  std::optional<Requests> requests_;
  std::vector<Event> events_;
  std::vector<view::Answer> answers_;
  bool full_{false};
};

TEST_F(RequestsTest, BringsTheAnswerToWhoAsked) {
  auto& requests = open();
  std::vector<int> order;
  requests.ask(view::StatusQuery{}, [&order](const view::Answer&) { order.push_back(1); });
  requests.ask(view::StatusQuery{}, [&order](const view::Answer&) { order.push_back(2); });
  edge_.poll();
  ASSERT_EQ(events_.size(), 2U);
  requests.answer({{id(1), view::Status{}}, {id(0), view::Status{}}});
  EXPECT_EQ(order, (std::vector<int>{2, 1}));
}

TEST_F(RequestsTest, SendsChangesAsAdminRequests) {
  open().change(RemoveUser{"alice@example.com"}, keep());
  edge_.poll();
  ASSERT_EQ(events_.size(), 1U);
  const auto& request = std::get<AdminRequest>(events_[0]);
  EXPECT_EQ(std::get<RemoveUser>(request.change).aor, "alice@example.com");
}

TEST_F(RequestsTest, IgnoresASecondAnswer) {
  auto& requests = open();
  requests.ask(view::StatusQuery{}, keep());
  edge_.poll();
  requests.answer({{id(), view::Status{}}});
  requests.answer({{id(), view::Status{}}});
  EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(RequestsTest, RefusesWhenTheEnginesQueueIsFull) {
  full_ = true;
  open().ask(view::StatusQuery{}, keep());
  EXPECT_TRUE(answers_.empty()) << "never from inside ask";
  edge_.poll();
  EXPECT_EQ(refusal(), "503 too busy");
}

TEST_F(RequestsTest, RefusesWhenTheEngineIsTooSlowAndIgnoresItThen) {
  auto& requests = open(milliseconds{10});
  requests.ask(view::StatusQuery{}, keep());
  edge_.run_for(std::chrono::seconds{5});
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(refusal(), "503 timeout");
  requests.answer({{id(), view::Status{}}});
  EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(RequestsTest, RefusesAllThatIsOpenWhenClosed) {
  auto& requests = open();
  requests.ask(view::StatusQuery{}, keep());
  edge_.poll();
  requests.ask(view::StatusQuery{}, keep());
  requests.close();
  requests.ask(view::StatusQuery{}, keep());
  ASSERT_EQ(answers_.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(refusal(i), "503 shutting down");
}

}  // namespace
}  // namespace proxy::runtime
