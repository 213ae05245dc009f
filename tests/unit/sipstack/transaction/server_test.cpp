#include <gtest/gtest.h>

#include "harness.hpp"

namespace sip::transaction {
namespace {

using Kind = RequestMatch::Kind;

RequestText with_method(std::string method) {
  RequestText text;
  text.method = std::move(method);
  return text;
}
/// The default INVITE under another branch and Call-ID: nothing the first one shares.
RequestText another_call() {
  RequestText text;
  text.call_id = "another-call";
  return text;
}

TEST(Respond, RefusesWhatComesAfterAFinalResponse) {
  Harness h;
  const auto failed = h.open();
  EXPECT_TRUE(h.respond(failed, 486));
  for (const int status : {180, 200, 486}) EXPECT_FALSE(h.respond(failed, status));
  const auto options = h.open(with_method("OPTIONS"));
  EXPECT_TRUE(h.respond(options, 200));
  for (const int status : {100, 200, 500}) EXPECT_FALSE(h.respond(options, status));
  EXPECT_EQ(h.trace(), "0:486 0:200");
}

TEST(Respond, SendsProvisionalsThenOneFinalOfAnyClass) {
  for (const int status : {200, 404}) {
    for (const bool provisional : {false, true}) {
      Harness h;
      const auto id = h.open(with_method("OPTIONS"));
      if (provisional) {
        EXPECT_TRUE(h.respond(id, 100));
        EXPECT_TRUE(h.respond(id, 183));
        EXPECT_EQ(h.match(with_method("OPTIONS")), Kind::absorbed);
        EXPECT_EQ(h.trace(), "0:100 0:183 0:183");
      }
      EXPECT_TRUE(h.respond(id, status));
      EXPECT_EQ(h.trace(), "0:" + std::to_string(status));
    }
  }
}

TEST(Respond, PassesFurther2xxOfAnAcceptedInvite) {
  Harness h;
  const auto id = h.open();
  EXPECT_TRUE(h.respond(id, 200));
  EXPECT_TRUE(h.respond(id, 200));
  EXPECT_FALSE(h.respond(id, 486));
  EXPECT_FALSE(h.respond(id, 180));
  EXPECT_EQ(h.trace(), "0:200 0:200");
}

TEST(Respond, RefusesAnUnknownIdAndAnImpossibleStatus) {
  Harness h;
  EXPECT_FALSE(h.respond(ServerId{7}, 200));
  const auto id = h.open();
  for (const int status : {-1, 0, 99, 700, 1200}) EXPECT_FALSE(h.respond(id, status));
  EXPECT_FALSE(h.layer.respond(id, 200, nullptr, 0, h.now, h.out));
  EXPECT_EQ(h.trace(), "");
}

TEST(Respond, EveryRepetitionWaitsForTheSameCommit) {
  Harness h;
  const auto id = h.open();
  h.respond(id, 180, 3);
  h.match(RequestText{});
  h.respond(id, 486, 5);
  h.until(500);
  h.match(RequestText{});
  EXPECT_EQ(h.trace(), "0:180@3 0:180@3 0:486@5 500:486@5 500:486@5");
}

TEST(Amend, GivesFurtherCopiesAnotherAnswerThatWaitsForNothing) {
  Harness h;
  const auto id = h.open(with_method("REGISTER"));
  h.respond(id, 200, 5);
  h.layer.amend(id, make_bytes("SIP/2.0 503 Later\r\n\r\n"));
  h.layer.amend(ServerId{99}, make_bytes("x"));
  h.match(with_method("REGISTER"));
  EXPECT_EQ(h.trace(), "0:200@5 0:503");
  EXPECT_EQ(h.layer.counts().bytes, h.sent().size());
}

TEST(Reroute, SendsResponsesOverAnotherFlow) {
  Harness h;
  const auto id = h.open({}, tcp(7));
  h.layer.reroute(id, tcp(8));
  h.layer.reroute(ServerId{99}, tcp(9));
  h.respond(id, 180);
  EXPECT_EQ(h.last().flow, tcp(8));
}

TEST(Limits, NoServerTransactionIsOpenedBeyondTheLimit) {
  Limits limits;
  limits.server_transactions = 1;
  Harness h{limits};
  const auto id = h.open();
  EXPECT_TRUE(h.layer.alive(id));
  EXPECT_FALSE(h.open(another_call()));
  EXPECT_FALSE(h.open(with_method("OPTIONS")));
  h.respond(id, 200);
  h.until(32'000);
  EXPECT_TRUE(h.open(with_method("OPTIONS")));
}

TEST(Limits, ARequestIsOpenedOnce) {
  Harness h;
  EXPECT_TRUE(h.open());
  EXPECT_FALSE(h.open());
  EXPECT_EQ(h.layer.counts().server, 1U);
}

TEST(HeldBytes, AreOnlyThoseThatMayBeSentAgain) {
  Harness h;
  const auto accepted = h.open();
  h.respond(accepted, 180);
  EXPECT_EQ(h.layer.counts().bytes, h.sent().size());
  h.respond(accepted, 200);
  EXPECT_EQ(h.layer.counts().bytes, 0U);
  h.respond(h.open(with_method("OPTIONS")), 200);
  EXPECT_EQ(h.layer.counts().bytes, h.sent().size());
  h.until(32'000);
  EXPECT_EQ(h.layer.counts().bytes, 0U);
  EXPECT_EQ(h.layer.counts().server, 0U);
}

TEST(HeldBytes, AreFreedByTheAck) {
  Harness h;
  h.respond(h.open(), 486);
  EXPECT_GT(h.layer.counts().bytes, 0U);
  h.match(with_method("ACK"));
  EXPECT_EQ(h.layer.counts().bytes, 0U);
  EXPECT_EQ(h.layer.counts().server, 1U);
}

TEST(HeldBytes, HaveNoSpareCapacity) {
  Harness h;
  std::string roomy{"SIP/2.0 180 Ringing\r\n\r\n"};
  roomy.reserve(4'096);
  const auto id = h.open();
  h.layer.respond(id, 180, make_bytes(std::move(roomy)), 0, h.now, h.out);
  h.flush();
  EXPECT_LT(h.sent().capacity(), 100U);
}

TEST(BadInput, ARequestWithoutViaOrTagsIsMatchedByWhatItHas) {
  Harness h;
  const auto bare = parsed("INVITE sip:b@x SIP/2.0\r\nCall-ID: 1\r\n\r\n");
  EXPECT_EQ(h.match(bare), Kind::fresh);
  EXPECT_TRUE(h.layer.open(bare, udp(), h.now));
  EXPECT_EQ(h.match(bare), Kind::absorbed);
  EXPECT_EQ(h.match(parsed("ACK sip:b@x SIP/2.0\r\n\r\n")), Kind::stray_ack);
  EXPECT_EQ(h.match(parsed("CANCEL sip:b@x SIP/2.0\r\n\r\n")), Kind::cancel_unknown);
}

}  // namespace
}  // namespace sip::transaction
