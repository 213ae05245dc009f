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

TEST(Ack, OfAnErrorIsBuiltFromTheRequestAndTheResponse) {
  Harness h;
  const auto id = h.start();
  h.receive(486);
  const auto via = std::string{h.request.value(HeaderName::via)};
  EXPECT_EQ(h.sent(), "ACK sip:bob@biloxi.example SIP/2.0\r\nVia: " + via.substr(0, via.find(',')) +
                          "\r\nMax-Forwards: 70\r\n"
                          "From: Alice <sip:alice@atlanta.example>;tag=1928301774\r\n"
                          "To: Bob <sip:bob@biloxi.example>;tag=b1\r\n"
                          "Call-ID: a84b4c76e66710\r\nCSeq: 314159 ACK\r\n"
                          "Route: <sip:r1.example;lr>, <sip:r2.example;lr>\r\n"
                          "Route: <sip:r3.example;lr>\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(h.last().client, id);
  EXPECT_FALSE(Message::parse(h.sent())->fault());
}

TEST(Ack, IsTheSameForEveryRepetition) {
  Harness h;
  h.start();
  h.receive(486);
  const auto first = h.sent();
  EXPECT_FALSE(h.receive(486, "another-tag"));
  EXPECT_EQ(h.sent(), first);
  EXPECT_EQ(h.trace(), "0:INVITE 0:ACK 0:ACK");
}

TEST(Ack, IsBuiltForARequestLongerThanWeAcceptFromOthers) {
  Harness h;
  const auto branch = h.layer.new_branch();
  RequestText text;
  text.via = "SIP/2.0/UDP proxy.example;branch=" + branch.text;
  for (int i = 0; i < 200; ++i) text.extra += "X: " + std::string(200, 'x') + "\r\n";
  h.layer.start(branch, Method::invite, make_bytes(text.text()), udp(), 0, h.now, h.out);
  h.flush();
  text.extra.clear();
  h.request = parsed(text);
  EXPECT_TRUE(h.receive(486));
  EXPECT_EQ(h.trace(), "0:INVITE 0:ACK");
}

TEST(Cancel, IsBuiltFromTheRequestAndTravelsItsFlow) {
  Harness h;
  const auto id = h.start("INVITE", tcp(7));
  h.receive(180);
  h.cancel(id, "SIP;cause=200;text=\"Call completed elsewhere\"");
  const auto via = std::string{h.request.value(HeaderName::via)};
  EXPECT_EQ(h.sent(),
            "CANCEL sip:bob@biloxi.example SIP/2.0\r\nVia: " + via.substr(0, via.find(',')) +
                "\r\nMax-Forwards: 70\r\n"
                "From: Alice <sip:alice@atlanta.example>;tag=1928301774\r\n"
                "To: Bob <sip:bob@biloxi.example>\r\n"
                "Call-ID: a84b4c76e66710\r\nCSeq: 314159 CANCEL\r\n"
                "Route: <sip:r1.example;lr>, <sip:r2.example;lr>\r\n"
                "Route: <sip:r3.example;lr>\r\n"
                "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n"
                "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(h.last().flow, tcp(7));
}

TEST(Cancel, HasNoReasonWhenNoneIsGiven) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  EXPECT_EQ(h.sent().find("Reason"), std::string::npos);
}

TEST(Cancel, WaitsForAProvisional) {
  Harness h;
  const auto id = h.start();
  h.cancel(id);
  EXPECT_EQ(h.trace(), "0:INVITE");
  h.receive(100);
  h.cancel(id);
  EXPECT_EQ(h.trace(), "0:CANCEL");
}

TEST(Cancel, HappensOnce) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  h.cancel(id, "SIP;cause=200");
  EXPECT_EQ(h.trace(), "0:INVITE 0:CANCEL");
}

TEST(Cancel, OfAnythingButAProceedingInviteDoesNothing) {
  Harness h;
  h.cancel(ClientId{99});
  const auto options = h.start("OPTIONS");
  h.receive(100);
  h.cancel(options);
  const auto accepted = h.start();
  h.receive(200);
  h.cancel(accepted);
  const auto failed = h.start();
  h.receive(486);
  h.cancel(failed);
  EXPECT_EQ(h.trace(), "0:OPTIONS 0:INVITE 0:INVITE 0:ACK");
}

TEST(Cancel, ItsResponsesAreAbsorbedAndThe487Ends) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  EXPECT_FALSE(h.receive(altered(h, 200, "314159 INVITE", "314159 CANCEL")));
  EXPECT_TRUE(h.layer.proceeding(id));
  EXPECT_TRUE(h.receive(487));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:INVITE 0:CANCEL 0:ACK 32000:ended");
  EXPECT_EQ(h.layer.counts().client, 0U);
}

TEST(Cancel, IsRetransmittedAndTheCallTimesOutAfter64T1) {
  Harness h;
  const auto id = h.start();
  h.until(400);
  h.receive(180);
  h.until(1'000);
  h.cancel(id);
  h.until(60'000);
  EXPECT_EQ(h.trace(),
            "0:INVITE 1000:CANCEL 1500:CANCEL 2500:CANCEL 4500:CANCEL 8500:CANCEL 12500:CANCEL "
            "16500:CANCEL 20500:CANCEL 24500:CANCEL 28500:CANCEL 32500:CANCEL "
            "33000:timed-out 33000:ended");
  EXPECT_EQ(h.layer.counts().client, 0U);
}

TEST(Cancel, A200ThatCrossesItIsNewsAndTheCallLives) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  EXPECT_TRUE(h.receive(200));
  EXPECT_FALSE(h.receive(altered(h, 481, "314159 INVITE", "314159 CANCEL")));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:INVITE 0:CANCEL 32000:ended");
}

TEST(Cancel, ItsTransportErrorIsNobodysBusiness) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  const auto own = h.last().client;
  EXPECT_NE(own, id);
  h.layer.on_send_failed(own, h.now, h.out);
  h.flush();
  EXPECT_EQ(h.trace(), "0:INVITE 0:CANCEL");
  EXPECT_TRUE(h.layer.proceeding(id));
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
