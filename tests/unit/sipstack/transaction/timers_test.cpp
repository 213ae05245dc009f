#include <gtest/gtest.h>

#include "harness.hpp"

namespace sip::transaction {
namespace {

TEST(TimersAandB, DoubleTheIntervalThenGiveUp) {
  Harness h;
  h.start();
  h.until(60'000);
  EXPECT_EQ(h.trace(),
            "0:INVITE 500:INVITE 1500:INVITE 3500:INVITE 7500:INVITE 15500:INVITE 31500:INVITE "
            "32000:timed-out 32000:ended");
}

TEST(TimersAandB, OnlyBRunsOnAStream) {
  Harness h;
  h.start("INVITE", tcp(7));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:INVITE 32000:timed-out 32000:ended");
}

TEST(TimersAandB, StopAtAProvisional) {
  Harness h;
  const auto id = h.start();
  h.until(600);
  EXPECT_TRUE(h.receive(100));
  h.until(3'600'000);
  EXPECT_EQ(h.trace(), "0:INVITE 500:INVITE");
  EXPECT_TRUE(h.layer.proceeding(id));
  EXPECT_EQ(h.layer.next_deadline(), std::nullopt);
}

TEST(TimersAandB, ScaleWithT1) {
  Harness h{{}, {Duration{100}, Duration{400}, Duration{500}}};
  h.start();
  h.until(60'000);
  EXPECT_EQ(h.trace(),
            "0:INVITE 100:INVITE 300:INVITE 700:INVITE 1500:INVITE 3100:INVITE 6300:INVITE "
            "6400:timed-out 6400:ended");
}

TEST(TimerD, AbsorbsAndAcksErrorsFor32Seconds) {
  Harness h;
  h.start();
  h.until(100);
  EXPECT_TRUE(h.receive(486));
  h.until(32'099);
  EXPECT_FALSE(h.receive(486));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:INVITE 100:ACK 32099:ACK 32100:ended");
}

TEST(TimerD, IsZeroOnAStream) {
  Harness h;
  h.start("INVITE", tcp(7));
  h.until(100);
  EXPECT_TRUE(h.receive(486));
  EXPECT_FALSE(h.receive(486));
  EXPECT_EQ(h.trace(), "0:INVITE 100:ACK 100:ended");
}

TEST(TimerM, PassesFurther2xxUpFor64T1) {
  for (const Flow& flow : {udp(), tcp(7)}) {
    Harness h;
    h.start("INVITE", flow);
    h.until(100);
    EXPECT_TRUE(h.receive(200));
    h.until(32'099);
    EXPECT_TRUE(h.receive(200, "another-phone"));
    h.until(60'000);
    EXPECT_FALSE(h.receive(200));
    EXPECT_EQ(h.trace(), "0:INVITE 32100:ended");
  }
}

TEST(TimersEandF, DoubleTheIntervalUpToT2ThenGiveUp) {
  Harness h;
  h.start("OPTIONS");
  h.until(60'000);
  EXPECT_EQ(h.trace(),
            "0:OPTIONS 500:OPTIONS 1500:OPTIONS 3500:OPTIONS 7500:OPTIONS 11500:OPTIONS "
            "15500:OPTIONS 19500:OPTIONS 23500:OPTIONS 27500:OPTIONS 31500:OPTIONS "
            "32000:timed-out 32000:ended");
}

TEST(TimersEandF, RunAtT2AfterAProvisional) {
  Harness h;
  h.start("OPTIONS");
  h.until(600);
  EXPECT_TRUE(h.receive(100));
  h.until(60'000);
  EXPECT_EQ(h.trace(),
            "0:OPTIONS 500:OPTIONS 1500:OPTIONS 5500:OPTIONS 9500:OPTIONS 13500:OPTIONS "
            "17500:OPTIONS 21500:OPTIONS 25500:OPTIONS 29500:OPTIONS 32000:timed-out 32000:ended");
}

TEST(TimersEandF, OnlyFRunsOnAStream) {
  Harness h;
  h.start("OPTIONS", tcp(7));
  h.until(600);
  EXPECT_TRUE(h.receive(100));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:OPTIONS 32000:timed-out 32000:ended");
}

TEST(TimerK, AbsorbsResponsesForT4) {
  Harness h;
  h.start("OPTIONS");
  h.until(100);
  EXPECT_TRUE(h.receive(200));
  h.until(5'099);
  EXPECT_FALSE(h.receive(200));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:OPTIONS 5100:ended");
}

TEST(TimerK, IsZeroOnAStream) {
  Harness h;
  h.start("OPTIONS", tcp(7));
  EXPECT_TRUE(h.receive(404));
  EXPECT_EQ(h.trace(), "0:OPTIONS 0:ended");
  EXPECT_EQ(h.layer.next_deadline(), std::nullopt);
}

TEST(TimersGandH, RepeatTheErrorUntilTheAckNeverCame) {
  Harness h;
  h.respond(h.open(), 486);
  h.until(60'000);
  EXPECT_EQ(h.trace(),
            "0:486 500:486 1500:486 3500:486 7500:486 11500:486 15500:486 19500:486 23500:486 "
            "27500:486 31500:486 32000:no-ack 32000:ended");
}

TEST(TimersGandH, OnlyHRunsOnAStream) {
  Harness h;
  h.respond(h.open({}, tcp(7)), 486);
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:486 32000:no-ack 32000:ended");
}

TEST(TimerI, AbsorbsAcksForT4) {
  Harness h;
  h.respond(h.open(), 486);
  h.until(600);
  RequestText ack;
  ack.method = "ACK";
  ack.to_tag = "b1";
  EXPECT_EQ(h.match(ack), RequestMatch::Kind::absorbed);
  h.until(5'599);
  EXPECT_EQ(h.match(ack), RequestMatch::Kind::absorbed);
  h.until(60'000);
  EXPECT_EQ(h.match(ack), RequestMatch::Kind::stray_ack);
  EXPECT_EQ(h.trace(), "0:486 500:486 5600:ended");
}

TEST(TimerI, IsZeroOnAStream) {
  Harness h;
  h.respond(h.open({}, tcp(7)), 486);
  RequestText ack;
  ack.method = "ACK";
  EXPECT_EQ(h.match(ack, tcp(7)), RequestMatch::Kind::absorbed);
  EXPECT_EQ(h.trace(), "0:486 0:ended");
}

TEST(TimerJ, AnswersRetransmissionsFor64T1) {
  Harness h;
  RequestText options;
  options.method = "OPTIONS";
  h.respond(h.open(options), 200);
  h.until(31'999);
  EXPECT_EQ(h.match(options), RequestMatch::Kind::absorbed);
  h.until(60'000);
  EXPECT_EQ(h.match(options), RequestMatch::Kind::fresh);
  EXPECT_EQ(h.trace(), "0:200 31999:200 32000:ended");
}

TEST(TimerJ, IsZeroOnAStream) {
  Harness h;
  RequestText options;
  options.method = "OPTIONS";
  h.respond(h.open(options, tcp(7)), 200);
  EXPECT_EQ(h.trace(), "0:200 0:ended");
}

TEST(TimerL, AbsorbsTheInviteFor64T1After2xxOnAnyTransport) {
  for (const Flow& flow : {udp(), tcp(7)}) {
    Harness h;
    h.respond(h.open({}, flow), 200);
    h.until(31'999);
    EXPECT_EQ(h.match(RequestText{}, flow), RequestMatch::Kind::absorbed);
    h.until(60'000);
    EXPECT_EQ(h.trace(), "0:200 32000:ended");
  }
}

TEST(AnInviteServer, WaitsForItsUserForEver) {
  Harness h;
  const auto id = h.open();
  h.respond(id, 180);
  h.until(3'600'000);
  EXPECT_TRUE(h.layer.alive(id));
  EXPECT_EQ(h.layer.next_deadline(), std::nullopt);
}

TEST(Deadlines, AReportLateByAMinuteEndsWithoutRetransmitting) {
  Harness h;
  h.start();
  h.now = TimePoint{Duration{60'000}};
  h.layer.on_deadline(h.now, h.out);
  h.flush();
  EXPECT_EQ(h.trace(), "0:INVITE 60000:timed-out 60000:ended");
}

}  // namespace
}  // namespace sip::transaction
