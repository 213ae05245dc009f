#include "proxy/runtime/loop/mailbox.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace proxy::runtime {
namespace {

class MailboxTest : public ::testing::Test {
 protected:
  Mailbox& open(std::size_t limit) {
    mailbox_.emplace(io_, limit, [this](std::vector<Event>& events) {
      ++bursts_;
      for (const auto& event : events)
        if (const auto* one = std::get_if<Committed>(&event)) seqs_.push_back(one->seq);
    });
    return *mailbox_;
  }
  boost::asio::io_context io_;
  std::optional<Mailbox> mailbox_;
  std::size_t bursts_{0};
  std::vector<Seq> seqs_;
};

TEST_F(MailboxTest, DeliversABurstTogetherAndInOrder) {
  auto& mailbox = open(10);
  for (Seq seq = 1; seq <= 3; ++seq) mailbox.post(Committed{seq});
  io_.poll();
  EXPECT_EQ(seqs_, (std::vector<Seq>{1, 2, 3}));
  EXPECT_EQ(bursts_, 1U);
}

TEST_F(MailboxTest, WakesAgainAfterABurst) {
  auto& mailbox = open(10);
  mailbox.post(Committed{1});
  io_.poll();
  mailbox.post(Committed{2});
  io_.restart();
  io_.poll();
  EXPECT_EQ(seqs_, (std::vector<Seq>{1, 2}));
}

TEST_F(MailboxTest, RefusesOffersWhenFullButTakesAnswers) {
  auto& mailbox = open(2);
  EXPECT_TRUE(mailbox.offer(Committed{1}));
  EXPECT_TRUE(mailbox.offer(Committed{2}));
  EXPECT_FALSE(mailbox.offer(Committed{3}));
  mailbox.post(Committed{4});
  io_.poll();
  EXPECT_EQ(seqs_, (std::vector<Seq>{1, 2, 4}));
  EXPECT_TRUE(mailbox.offer(Committed{5}));
}

TEST_F(MailboxTest, LosesNothingThatOtherThreadsPost) {
  auto& mailbox = open(10);
  constexpr Seq each = 1'000;
  {
    std::jthread one{[&mailbox] {
      for (Seq seq = 1; seq <= each; ++seq) mailbox.post(Committed{seq});
    }};
    std::jthread two{[&mailbox] {
      for (Seq seq = 1; seq <= each; ++seq) mailbox.post(Committed{seq});
    }};
    io_.poll();
  }
  io_.restart();
  io_.poll();
  EXPECT_EQ(seqs_.size(), 2 * each);
}

}  // namespace
}  // namespace proxy::runtime
