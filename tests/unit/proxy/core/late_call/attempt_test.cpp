#include "proxy/core/late_call/attempt.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace proxy::late_call {
namespace {

using namespace std::chrono_literals;
using sip::TimePoint;

const char* name(Effect effect) {
  switch (effect) {
    case Effect::nothing:
      return "-";
    case Effect::cancel:
      return "CANCEL";
    case Effect::ack_and_bye:
      return "ACK+BYE";
    case Effect::done:
      return "done";
    case Effect::unreached:
      return "again";
  }
  return "?";
}

/// One attempt that starts at 0 s under a virtual clock; records what it asks for and when.
class Bench {
 public:
  Bench& hears(int status, TimePoint at) {
    run_until(at);
    note(at, attempt_.on_response(status, at));
    return *this;
  }
  Bench& loses_it(TimePoint at) {
    run_until(at);
    note(at, attempt_.on_lost());
    return *this;
  }
  std::string until(TimePoint at) {
    run_until(at);
    return trace_.str();
  }

 private:
  void run_until(TimePoint at) {
    while (attempt_.next_deadline() && *attempt_.next_deadline() <= at) {
      const TimePoint due = *attempt_.next_deadline();
      note(due, attempt_.on_deadline(due));
    }
  }
  void note(TimePoint at, Effect effect) {
    trace_ << at.time_since_epoch().count() << ' ' << name(effect) << '\n';
  }
  Attempt attempt_{TimePoint{}};
  std::ostringstream trace_;
};

TimePoint at(sip::Duration d) { return TimePoint{d}; }

TEST(LateAttempt, CancelsAtTheFirstRealProvisional) {
  for (const int status : {180, 181, 182, 183, 199})
    EXPECT_EQ(Bench{}.hears(status, at(100ms)).until(at(60s)), "100 CANCEL\n") << status;
}
TEST(LateAttempt, WaitsAfter100AndCancelsAfter4SecondsOfSilence) {
  EXPECT_EQ(Bench{}.hears(100, at(1s)).until(at(60s)), "1000 -\n5000 CANCEL\n");
}
TEST(LateAttempt, CancelsOnceHoweverOftenItRings) {
  EXPECT_EQ(Bench{}.hears(180, at(1s)).hears(180, at(2s)).until(at(60s)), "1000 CANCEL\n2000 -\n");
}
TEST(LateAttempt, HangsUpWhenTheUserHadTappedAccept) {
  EXPECT_EQ(Bench{}.hears(200, at(1s)).until(at(60s)), "1000 ACK+BYE\n");
}
TEST(LateAttempt, HangsUpWhenA200CrossesTheCancel) {
  EXPECT_EQ(Bench{}.hears(180, at(1s)).hears(200, at(1500ms)).until(at(60s)),
            "1000 CANCEL\n1500 ACK+BYE\n");
}
TEST(LateAttempt, AcknowledgesARetransmitted200WithAnotherBye) {
  EXPECT_EQ(Bench{}.hears(200, at(1s)).hears(200, at(2s)).until(at(60s)),
            "1000 ACK+BYE\n2000 ACK+BYE\n");
}
TEST(LateAttempt, IsDoneWithAnyFailureOfTheDevice) {
  for (const int status : {404, 482, 486, 487, 500, 600, 603})
    EXPECT_EQ(Bench{}.hears(status, at(1s)).until(at(60s)), "1000 done\n") << status;
}
TEST(LateAttempt, IsTriedAgainAfter503And408) {
  for (const int status : {503, 408})
    EXPECT_EQ(Bench{}.hears(status, at(1s)).until(at(60s)), "1000 again\n") << status;
}
TEST(LateAttempt, IsTriedAgainAfter4SecondsOfSilence) {
  EXPECT_EQ(Bench{}.until(at(60s)), "4000 again\n");
}
TEST(LateAttempt, IsTriedAgainWhenTheFlowCloses) {
  EXPECT_EQ(Bench{}.loses_it(at(1s)).until(at(60s)), "1000 again\n");
}
TEST(LateAttempt, CancelsADeviceThatIsHeardAfterAll) {
  EXPECT_EQ(Bench{}.hears(180, at(9s)).until(at(60s)), "4000 again\n9000 CANCEL\n");
}
TEST(LateAttempt, IsDoneWhenTheCancelledTransactionTimesOut) {
  EXPECT_EQ(Bench{}.hears(180, at(1s)).loses_it(at(33s)).until(at(60s)),
            "1000 CANCEL\n33000 done\n");
}
TEST(LateAttempt, A503AfterTheCancelIsDone) {
  EXPECT_EQ(Bench{}.hears(180, at(1s)).hears(503, at(2s)).until(at(60s)),
            "1000 CANCEL\n2000 done\n");
}

}  // namespace
}  // namespace proxy::late_call
