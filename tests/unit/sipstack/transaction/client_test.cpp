#include <gtest/gtest.h>

#include "harness.hpp"
#include "sipstack/transaction/keys.hpp"

namespace sip::transaction {
namespace {

/// The last request's response with one text replaced by another.
Message altered(const Harness& h, int status, const std::string& from, const std::string& to) {
  auto text = response_text(h.request, status);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return parsed(text.replace(at, from.size(), to));
}

TEST(Branch, NamesItsTransactionAndASecret) {
  Harness h;
  const auto first = h.layer.new_branch();
  const auto second = h.layer.new_branch();
  EXPECT_TRUE(first.text.starts_with("z9hG4bK"));
  EXPECT_NE(first.id, second.id);
  EXPECT_NE(parse_branch(first.text)->secret, parse_branch(second.text)->secret);
  EXPECT_EQ(parse_branch(first.text)->id, first.id);
}

TEST(Branch, OfAnyOtherFormIsNotOurs) {
  EXPECT_TRUE(parse_branch("z9hG4bK0012.00000000000000ab"));
  for (const char* text :
       {"", "z9hG4bK", "z9hG4bK00", "z9hG4bK00.00000000000000ab", "z9hG4bK0112.00000000000000ab",
        "z9hG4bK0012.0000000000000ab", "z9hG4bK0012.000000000000000ab",
        "z9hG4bK00g.00000000000000ab", "z9hG4bK000.00000000000000ab",
        "z9hG4bK008000000000000001.00000000000000ab", "z9hG4bK0011111111111111111.00000000000000ab",
        "z9hG4bK00-1.00000000000000ab"})
    EXPECT_FALSE(parse_branch(text)) << text;
}

TEST(Start, RefusesAForeignBranchASecondStartAndAnAck) {
  Harness h;
  const auto branch = h.layer.new_branch();
  const auto start = [&](const Layer::Branch& b, Method method, const Bytes& bytes) {
    return h.layer.start(b, method, bytes, udp(), 0, h.now, h.out);
  };
  const auto bytes = make_bytes("OPTIONS");
  EXPECT_FALSE(start({branch.id, "z9hG4bK-not-ours"}, Method::options, bytes));
  EXPECT_FALSE(start({ClientId{77}, branch.text}, Method::options, bytes));
  EXPECT_FALSE(start(branch, Method::ack, bytes));
  EXPECT_FALSE(start(branch, Method::options, nullptr));
  EXPECT_TRUE(start(branch, Method::options, bytes));
  EXPECT_FALSE(start(branch, Method::options, bytes));
  EXPECT_EQ(h.layer.counts().client, 1U);
}

TEST(Start, RefusesWhatIsBeyondTheLimit) {
  Limits limits;
  limits.client_transactions = 1;
  Harness h{limits};
  EXPECT_TRUE(h.start());
  EXPECT_FALSE(h.start());
  EXPECT_EQ(h.trace(), "0:INVITE");
}

TEST(Start, EveryRetransmissionWaitsForTheSameCommitAndNamesItsTransaction) {
  Harness h;
  const auto id = h.start("INVITE", udp(), 9);
  h.until(1'500);
  EXPECT_EQ(h.trace(), "0:INVITE@9 500:INVITE@9 1500:INVITE@9");
  EXPECT_EQ(h.last().client, id);
}

TEST(Response, WithAForgedSecretOrUnknownIdIsDropped) {
  Harness h;
  h.start();
  const auto via = std::string{h.request.value(HeaderName::via)};
  const auto branch = via.substr(via.find("z9hG4bK"), via.find(',') - via.find("z9hG4bK"));
  auto forged = branch;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_FALSE(h.receive(altered(h, 200, branch, forged)));
  const auto other = branch_text(ClientId{999}, parse_branch(branch)->secret);
  EXPECT_FALSE(h.receive(altered(h, 200, branch, other)));
  EXPECT_FALSE(h.receive(altered(h, 200, branch, "z9hG4bK-someone-else")));
  EXPECT_TRUE(h.receive(200));
}

TEST(Response, OfAnotherMethodIsDropped) {
  Harness h;
  h.start();
  EXPECT_FALSE(h.receive(altered(h, 200, "314159 INVITE", "314159 OPTIONS")));
  EXPECT_FALSE(h.receive(altered(h, 200, "314159 INVITE", "314159 CANCEL")));
  EXPECT_FALSE(h.receive(altered(h, 200, "314159 INVITE", "INVITE")));
  EXPECT_TRUE(h.receive(200));
}

TEST(Response, WithoutAViaIsDropped) {
  Harness h;
  h.start();
  EXPECT_FALSE(h.receive(parsed("SIP/2.0 200 OK\r\nCSeq: 314159 INVITE\r\n\r\n")));
}

TEST(Response, EveryProvisionalIsNews) {
  Harness h;
  const auto id = h.start();
  EXPECT_FALSE(h.layer.proceeding(id));
  EXPECT_TRUE(h.receive(100));
  EXPECT_TRUE(h.layer.proceeding(id));
  EXPECT_TRUE(h.receive(180));
  EXPECT_TRUE(h.receive(180));
  EXPECT_TRUE(h.receive(486));
  EXPECT_FALSE(h.layer.proceeding(id));
}

TEST(Response, ANonInviteMayHaveProvisionalsThenOneFinalOfAnyClass) {
  for (const int status : {200, 404}) {
    Harness h;
    const auto id = h.start("OPTIONS");
    EXPECT_TRUE(h.receive(100));
    EXPECT_TRUE(h.receive(183));
    EXPECT_TRUE(h.layer.proceeding(id));
    EXPECT_TRUE(h.receive(status));
    EXPECT_FALSE(h.receive(status));
    EXPECT_FALSE(h.layer.proceeding(id));
  }
}

TEST(Response, AForkedSecond2xxIsNewsToo) {
  Harness h;
  h.start();
  EXPECT_TRUE(h.receive(200, "desk"));
  EXPECT_TRUE(h.receive(200, "mobile"));
  EXPECT_FALSE(h.receive(180));
  EXPECT_FALSE(h.receive(486));
  EXPECT_EQ(h.trace(), "0:INVITE");
}

TEST(Response, ToADroppedTransactionMatchesNothing) {
  Harness h;
  const auto id = h.start();
  h.layer.drop(id);
  h.layer.drop(id);
  EXPECT_FALSE(h.receive(200));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:INVITE");
  EXPECT_EQ(h.layer.counts().client, 0U);
  EXPECT_EQ(h.layer.counts().bytes, 0U);
}

TEST(Hush, StopsRetransmissionsButNotTheTransaction) {
  Harness h;
  const auto id = h.start();
  h.until(600);
  h.layer.hush(id);
  h.layer.hush(ClientId{99});
  h.until(31'999);
  EXPECT_TRUE(h.layer.alive(id));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:INVITE 500:INVITE 32000:timed-out 32000:ended");
}

TEST(Hush, LeavesTheInviteToBeAnsweredAndAcked) {
  Harness h;
  h.layer.hush(h.start());
  h.until(1'000);
  EXPECT_TRUE(h.receive(486));
  EXPECT_EQ(h.trace(), "0:INVITE 1000:ACK");
}

struct Failure : testing::Test {
  Harness h;
  void close(const Flow& flow) {
    h.layer.on_flow_closed(flow, h.now, h.out);
    h.flush();
  }
  void fail(ClientId id) {
    h.layer.on_send_failed(id, h.now, h.out);
    h.flush();
  }
};

TEST_F(Failure, ASendErrorEndsARequestThatWasNotAnswered) {
  fail(h.start());
  fail(h.start("OPTIONS"));
  fail(ClientId{99});
  EXPECT_EQ(h.trace(), "0:INVITE 0:failed 0:ended 0:OPTIONS 0:failed 0:ended");
  EXPECT_EQ(h.layer.counts().client, 0U);
}

TEST_F(Failure, ALateSendErrorIsNotHeldAgainstAnInviteThatWasHeard) {
  const auto id = h.start();
  h.receive(100);
  fail(id);
  EXPECT_TRUE(h.layer.proceeding(id));
}

TEST_F(Failure, ASendErrorEndsWhatWasHeardButNotAnswered) {
  const auto id = h.start("OPTIONS");
  h.receive(100);
  fail(id);
  EXPECT_EQ(h.trace(), "0:OPTIONS 0:failed 0:ended");
}

TEST_F(Failure, AnAckThatCannotBeSentEndsTheInvite) {
  const auto id = h.start();
  h.receive(486);
  fail(h.last().client);
  EXPECT_EQ(h.trace(), "0:INVITE 0:ACK 0:failed 0:ended");
  EXPECT_FALSE(h.layer.alive(id));
}

TEST_F(Failure, AClosedFlowEndsWhatWaitsOnIt) {
  const auto calling = h.start("INVITE", tcp(7));
  const auto other = h.start("INVITE", tcp(8));
  const auto datagram = h.start("INVITE", udp());
  const auto proceeding = h.start("INVITE", tcp(7));
  h.receive(180);
  const auto trying = h.start("OPTIONS", tcp(7));
  const auto asked = h.start("OPTIONS", tcp(7));
  h.receive(100);
  h.trace();
  close(tcp(7));
  EXPECT_EQ(h.trace(), "0:failed 0:ended 0:failed 0:ended 0:failed 0:ended 0:failed 0:ended");
  for (const ClientId id : {calling, proceeding, trying, asked}) EXPECT_FALSE(h.layer.alive(id));
  EXPECT_TRUE(h.layer.alive(other));
  EXPECT_TRUE(h.layer.alive(datagram));
}

TEST_F(Failure, AClosedFlowLeavesAnAcceptedInviteForFurther2xx) {
  const auto id = h.start("INVITE", tcp(7));
  h.receive(200);
  close(tcp(7));
  EXPECT_TRUE(h.layer.alive(id));
  EXPECT_EQ(h.trace(), "0:INVITE");
}

TEST_F(Failure, AClosedFlowEndsWhatTheShellSentOverAConnectionOfItsChoice) {
  const auto chosen = h.start("INVITE", tcp(0));
  const auto elsewhere = h.start("INVITE", tcp(0, 5070));
  close(tcp(31));
  EXPECT_FALSE(h.layer.alive(chosen));
  EXPECT_TRUE(h.layer.alive(elsewhere));
}

TEST_F(Failure, AClosedFlowEndsTheCancelWithTheInvite) {
  const auto id = h.start("INVITE", tcp(7));
  h.receive(180);
  h.cancel(id);
  close(tcp(7));
  EXPECT_EQ(h.trace(), "0:INVITE 0:CANCEL 0:failed 0:ended");
  EXPECT_EQ(h.layer.counts().client, 0U);
}

TEST_F(Failure, ADatagramFlowIsNeverClosed) {
  const auto id = h.start();
  close(udp());
  EXPECT_TRUE(h.layer.alive(id));
}

TEST(HeldBytesOfClients, AreFreedAsSoonAsNothingIsSentAgain) {
  Harness h;
  h.start("OPTIONS", tcp(7));
  EXPECT_EQ(h.layer.counts().bytes, 0U);
  h.start("OPTIONS");
  EXPECT_EQ(h.layer.counts().bytes, h.sent().size());
  h.receive(200);
  EXPECT_EQ(h.layer.counts().bytes, 0U);
  h.start();
  h.receive(180);
  EXPECT_EQ(h.layer.counts().bytes, h.sent().size());
  h.receive(200);
  EXPECT_EQ(h.layer.counts().bytes, 0U);
  h.start();
  h.receive(486);
  EXPECT_EQ(h.layer.counts().bytes, h.sent().size());  // the ACK
}

}  // namespace
}  // namespace sip::transaction
