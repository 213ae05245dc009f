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
/// An INVITE of an RFC 2543 client: no branch.
RequestText old_invite() {
  RequestText text;
  text.via = "SIP/2.0/UDP old.example:5070";
  return text;
}
RequestText old(std::string method, std::string to_tag = {}) {
  RequestText text = old_invite();
  text.method = std::move(method);
  text.to_tag = std::move(to_tag);
  return text;
}

TEST(Matching, ANewRequestIsFresh) {
  Harness h;
  EXPECT_EQ(h.match(RequestText{}), Kind::fresh);
  EXPECT_EQ(h.layer.counts().server, 0U);
}

TEST(Matching, ARetransmissionIsAbsorbedInSilenceBeforeAnAnswer) {
  Harness h;
  const auto id = h.open();
  EXPECT_EQ(h.match(RequestText{}), Kind::absorbed);
  EXPECT_EQ(h.last_match, id);
  h.open(with_method("OPTIONS"));
  EXPECT_EQ(h.match(with_method("OPTIONS")), Kind::absorbed);
  EXPECT_EQ(h.trace(), "");
}

TEST(Matching, ARetransmissionGetsTheLastAnswerAgain) {
  Harness h;
  const auto id = h.open();
  h.respond(id, 100);
  h.match(RequestText{});
  h.respond(id, 180);
  h.match(RequestText{});
  h.respond(id, 486);
  h.match(RequestText{});
  EXPECT_EQ(h.trace(), "0:100 0:100 0:180 0:180 0:486 0:486");
}

TEST(Matching, ARetransmissionAfter2xxIsLeftToTheUser) {
  Harness h;
  h.respond(h.open(), 200);
  EXPECT_EQ(h.match(RequestText{}), Kind::absorbed);
  EXPECT_EQ(h.trace(), "0:200");
}

TEST(Matching, ARetransmissionIsAnsweredWhereItCameFrom) {
  Harness h;
  h.respond(h.open({}, udp(1000)), 180);
  EXPECT_EQ(h.last().flow, udp(1000));
  h.match(RequestText{}, udp(2000));
  EXPECT_EQ(h.last().flow, udp(2000));
}

TEST(Matching, TheSameBranchFromAnotherSentByIsAnotherTransaction) {
  Harness h;
  h.open();
  auto other = another_call();
  other.via = "SIP/2.0/UDP pc34.example;branch=z9hG4bK-caller-1";
  EXPECT_EQ(h.match(other), Kind::fresh);
  other.via = "SIP/2.0/UDP pc33.example:5061;branch=z9hG4bK-caller-1";
  EXPECT_EQ(h.match(other), Kind::fresh);
}

TEST(Matching, SentByComparesWithoutCaseAndWithTheDefaultPort) {
  Harness h;
  h.open();
  auto same = another_call();
  same.via = "SIP/2.0/UDP PC33.Example:5060;rport;branch=z9hG4bK-caller-1";
  EXPECT_EQ(h.match(same), Kind::absorbed);
}

TEST(Matching, TheSameBranchWithAnotherMethodIsAnotherTransaction) {
  Harness h;
  h.open();
  EXPECT_EQ(h.match(with_method("OPTIONS")), Kind::fresh);
  h.open(with_method("FOO"));
  EXPECT_EQ(h.match(with_method("FOO")), Kind::absorbed);
  EXPECT_EQ(h.match(with_method("BAR")), Kind::fresh);
}

TEST(Matching, ABranchOfTheCookieAloneIsMatchedAsRfc2543) {
  Harness h;
  RequestText bare;
  bare.via = "SIP/2.0/UDP pc33.example;branch=z9hG4bK";
  h.open(bare);
  EXPECT_EQ(h.match(bare), Kind::absorbed);
  bare.call_id = "another-call";
  EXPECT_EQ(h.match(bare), Kind::fresh);
}

TEST(Matching2543, FindsARetransmission) {
  Harness h;
  h.respond(h.open(old_invite()), 180);
  EXPECT_EQ(h.match(old_invite()), Kind::absorbed);
  EXPECT_EQ(h.trace(), "0:180 0:180");
}

TEST(Matching2543, AnyOfTheSixFieldsTellsTransactionsApart) {
  Harness h;
  h.open(old("OPTIONS", "t"));
  const auto differs = [&](auto change) {
    auto other = old("OPTIONS", "t");
    change(other);
    return h.match(other) == Kind::fresh;
  };
  EXPECT_FALSE(differs([](RequestText&) {}));
  EXPECT_TRUE(differs([](RequestText& r) { r.uri = "sip:carol@biloxi.example"; }));
  EXPECT_TRUE(differs([](RequestText& r) { r.to_tag = "u"; }));
  EXPECT_TRUE(differs([](RequestText& r) { r.from_tag = "u"; }));
  EXPECT_TRUE(differs([](RequestText& r) { r.call_id = "u"; }));
  EXPECT_TRUE(differs([](RequestText& r) { r.cseq = "7"; }));
  EXPECT_TRUE(differs([](RequestText& r) { r.method = "INFO"; }));
  EXPECT_TRUE(differs([](RequestText& r) { r.via = "SIP/2.0/UDP old.example:5071"; }));
}

TEST(Matching2543, AnAckMatchesByTheTagOfOurResponse) {
  Harness h;
  h.respond(h.open(old_invite()), 486);
  EXPECT_EQ(h.match(old("ACK", "of-another-response")), Kind::stray_ack);
  EXPECT_EQ(h.match(old("ACK", "b1")), Kind::absorbed);
  EXPECT_EQ(h.match(old("ACK", "b1")), Kind::absorbed);
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:486 5000:ended");
}

TEST(Matching2543, AnAckOfAReInviteMatches) {
  Harness h;
  h.respond(h.open(old("INVITE", "b1")), 491);
  EXPECT_EQ(h.match(old("ACK", "b1")), Kind::absorbed);
}

TEST(Matching2543, ACancelFindsItsInvite) {
  Harness h;
  const auto id = h.open(old_invite());
  EXPECT_EQ(h.match(old("CANCEL")), Kind::cancel);
  EXPECT_EQ(h.last_match, id);
}

TEST(ReceivedCancel, FindsTheInviteWithItsBranch) {
  Harness h;
  const auto id = h.open();
  EXPECT_EQ(h.match(with_method("CANCEL")), Kind::cancel);
  EXPECT_EQ(h.last_match, id);
}

TEST(ReceivedCancel, FindsTheInviteEvenAfterItsFinalResponse) {
  for (const int status : {200, 486}) {
    Harness h;
    h.respond(h.open(), status);
    EXPECT_EQ(h.match(with_method("CANCEL")), Kind::cancel);
  }
}

TEST(ReceivedCancel, IsAnsweredOnceAndThenAbsorbed) {
  Harness h;
  h.open();
  EXPECT_EQ(h.match(with_method("CANCEL")), Kind::cancel);
  const auto id = h.open(with_method("CANCEL"));
  EXPECT_TRUE(h.respond(id, 200));
  EXPECT_EQ(h.match(with_method("CANCEL")), Kind::absorbed);
  EXPECT_EQ(h.trace(), "0:200 0:200");
}

TEST(ReceivedCancel, OfAnotherBranchSentByOrMethodIsUnknown) {
  Harness h;
  EXPECT_EQ(h.match(with_method("CANCEL")), Kind::cancel_unknown);
  h.open(with_method("OPTIONS"));
  EXPECT_EQ(h.match(with_method("CANCEL")), Kind::cancel_unknown);
  h.open();
  auto other = with_method("CANCEL");
  other.via = "SIP/2.0/UDP pc33.example;branch=z9hG4bK-caller-2";
  EXPECT_EQ(h.match(other), Kind::cancel_unknown);
  other.via = "SIP/2.0/UDP pc34.example;branch=z9hG4bK-caller-1";
  EXPECT_EQ(h.match(other), Kind::cancel_unknown);
}

TEST(ReceivedAck, OfAnErrorIsAbsorbedAndStopsTheRepetition) {
  Harness h;
  h.respond(h.open(), 486);
  EXPECT_EQ(h.match(with_method("ACK")), Kind::absorbed);
  h.until(4'999);
  EXPECT_EQ(h.match(RequestText{}), Kind::absorbed);
  EXPECT_EQ(h.trace(), "0:486");
}

TEST(ReceivedAck, WithoutATransactionIsStray) {
  Harness h;
  EXPECT_EQ(h.match(with_method("ACK")), Kind::stray_ack);
  h.open(with_method("OPTIONS"));
  EXPECT_EQ(h.match(with_method("ACK")), Kind::stray_ack);
}

TEST(ReceivedAck, Of2xxUnderTheBranchOfTheInviteIsStray) {
  Harness h;
  h.respond(h.open(), 200);
  EXPECT_EQ(h.match(with_method("ACK")), Kind::stray_ack);
}

TEST(ReceivedAck, BeforeAnyFinalResponseIsAbsorbed) {
  Harness h;
  const auto id = h.open();
  EXPECT_EQ(h.match(with_method("ACK")), Kind::absorbed);
  EXPECT_TRUE(h.respond(id, 486));
}

TEST(Merged, TheSameRequestOverAnotherPathNamesTheFirst) {
  Harness h;
  const auto id = h.open();
  RequestText other;
  other.via = "SIP/2.0/UDP fork.example;branch=z9hG4bK-other-path";
  EXPECT_EQ(h.match(other), Kind::merged);
  EXPECT_EQ(h.last_match, id);
}

TEST(Merged, NeedsTheSameFromTagCallIdCSeqAndMethodAndNoToTag) {
  Harness h;
  h.open();
  const auto merged = [&](auto change) {
    RequestText other;
    other.via = "SIP/2.0/UDP fork.example;branch=z9hG4bK-other-path";
    change(other);
    return h.match(other) == Kind::merged;
  };
  EXPECT_TRUE(merged([](RequestText& r) { r.uri = "sip:carol@biloxi.example"; }));
  EXPECT_FALSE(merged([](RequestText& r) { r.from_tag = "u"; }));
  EXPECT_FALSE(merged([](RequestText& r) { r.call_id = "u"; }));
  EXPECT_FALSE(merged([](RequestText& r) { r.cseq = "7"; }));
  EXPECT_FALSE(merged([](RequestText& r) { r.method = "OPTIONS"; }));
  EXPECT_FALSE(merged([](RequestText& r) { r.to_tag = "u"; }));
}

TEST(Merged, IsOverWithTheFirstTransaction) {
  Harness h;
  h.respond(h.open(), 200);
  RequestText other;
  other.via = "SIP/2.0/UDP fork.example;branch=z9hG4bK-other-path";
  h.until(31'999);
  EXPECT_EQ(h.match(other), Kind::merged);
  h.until(32'000);
  EXPECT_EQ(h.match(other), Kind::fresh);
}

TEST(Merged, AMergedRequestHasATransactionOfItsOwn) {
  Harness h;
  const auto first = h.open();
  RequestText other;
  other.via = "SIP/2.0/UDP fork.example;branch=z9hG4bK-other-path";
  const auto second = h.open(other);
  EXPECT_NE(first, second);
  EXPECT_TRUE(h.respond(second, 482));
  EXPECT_TRUE(h.respond(first, 180));
  EXPECT_EQ(h.match(other), Kind::absorbed);
  EXPECT_EQ(h.trace(), "0:482 0:180 0:482");
}

}  // namespace
}  // namespace sip::transaction
