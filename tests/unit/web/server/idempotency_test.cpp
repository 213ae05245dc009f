#include "web/server/idempotency.hpp"

#include <gtest/gtest.h>

namespace web::server {
namespace {

using std::chrono::minutes;

api::Request asked(std::string body) {
  return {"POST", "/api/v1/users", "application/json", std::move(body)};
}

class IdempotencyTest : public ::testing::Test {
 protected:
  static api::Reply made(int status = 201) { return {status, "application/json", "{}\n", {}}; }
  static int status(const std::optional<api::Reply>& reply) { return reply ? reply->status : 0; }

  Idempotency kept_;
  const api::Caller one_{"token 1 (a)", "", api::Scope::write};
  const api::Caller other_{"token 2 (b)", "", api::Scope::write};
  const Idempotency::Clock::time_point start_{minutes{100}};
};

TEST_F(IdempotencyTest, GivesTheFirstAnswerAgain) {
  ASSERT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
  kept_.finish(one_, "k", made());
  const auto again = kept_.begin(one_, "k", asked("x"), start_ + minutes{59});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 201);
  EXPECT_EQ(again->body, "{}\n");
  EXPECT_EQ(again->headers.back().first, "Idempotency-Replayed");
}

TEST_F(IdempotencyTest, KeepsRefusalsToo) {
  ASSERT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
  kept_.finish(one_, "k", made(409));
  EXPECT_EQ(status(kept_.begin(one_, "k", asked("x"), start_)), 409);
}

TEST_F(IdempotencyTest, ForgetsWhatMayWorkTheNextTime) {
  ASSERT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
  kept_.finish(one_, "k", made(503));
  EXPECT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
}

TEST_F(IdempotencyTest, SaysThatTheFirstIsUnderWay) {
  ASSERT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
  EXPECT_EQ(status(kept_.begin(one_, "k", asked("x"), start_)), 409);
}

TEST_F(IdempotencyTest, RefusesAKeyForAnotherRequest) {
  ASSERT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
  kept_.finish(one_, "k", made());
  EXPECT_EQ(status(kept_.begin(one_, "k", asked("y"), start_)), 422);
}

TEST_F(IdempotencyTest, KeepsCallersApart) {
  ASSERT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
  kept_.finish(one_, "k", made());
  EXPECT_FALSE(kept_.begin(other_, "k", asked("x"), start_));
}

TEST_F(IdempotencyTest, ForgetsAfterAnHour) {
  ASSERT_FALSE(kept_.begin(one_, "k", asked("x"), start_));
  kept_.finish(one_, "k", made());
  EXPECT_FALSE(kept_.begin(one_, "k", asked("y"), start_ + minutes{60}));
}

TEST_F(IdempotencyTest, KeepsTheNewestOnly) {
  for (std::size_t i = 0; i <= Idempotency::most_kept; ++i) {
    const auto key = std::to_string(i);
    ASSERT_FALSE(kept_.begin(one_, key, asked("x"), start_));
    kept_.finish(one_, key, made());
  }
  EXPECT_EQ(status(kept_.begin(one_, std::to_string(Idempotency::most_kept), asked("x"), start_)),
            201);
  EXPECT_FALSE(kept_.begin(one_, "0", asked("x"), start_));
}

TEST_F(IdempotencyTest, RefusesKeysThatAreTooLongOrUnseen) {
  EXPECT_EQ(status(kept_.begin(one_, std::string(256, 'k'), asked("x"), start_)), 400);
  EXPECT_EQ(status(kept_.begin(one_, "a b", asked("x"), start_)), 400);
  EXPECT_EQ(status(kept_.begin(one_, "\xc3\xa4", asked("x"), start_)), 400);
  EXPECT_FALSE(kept_.begin(one_, std::string(255, 'k'), asked("x"), start_));
}

}  // namespace
}  // namespace web::server
