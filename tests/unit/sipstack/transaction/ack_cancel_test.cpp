#include <gtest/gtest.h>

#include "harness.hpp"

namespace sip::transaction {
namespace {

/// The last request's response with one text replaced by another.
Message altered(const Harness& h, int status, const std::string& from, const std::string& to) {
  auto text = response_text(h.request, status);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return parsed(text.replace(at, from.size(), to));
}

TEST(OwnAck, OfAnErrorIsBuiltFromTheRequestAndTheResponse) {
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

TEST(OwnAck, IsTheSameForEveryRepetition) {
  Harness h;
  h.start();
  h.receive(486);
  const auto first = h.sent();
  EXPECT_FALSE(h.receive(486, "another-tag"));
  EXPECT_EQ(h.sent(), first);
  EXPECT_EQ(h.trace(), "0:INVITE 0:ACK 0:ACK");
}

TEST(OwnAck, IsBuiltForARequestLongerThanWeAcceptFromOthers) {
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

TEST(OwnCancel, IsBuiltFromTheRequestAndTravelsItsFlow) {
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

TEST(OwnCancel, HasNoReasonWhenNoneIsGiven) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  EXPECT_EQ(h.sent().find("Reason"), std::string::npos);
}

TEST(OwnCancel, WaitsForAProvisional) {
  Harness h;
  const auto id = h.start();
  h.cancel(id);
  EXPECT_EQ(h.trace(), "0:INVITE");
  h.receive(100);
  h.cancel(id);
  EXPECT_EQ(h.trace(), "0:CANCEL");
}

TEST(OwnCancel, HappensOnce) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  h.cancel(id, "SIP;cause=200");
  EXPECT_EQ(h.trace(), "0:INVITE 0:CANCEL");
}

TEST(OwnCancel, OfAnythingButAProceedingInviteDoesNothing) {
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

TEST(OwnCancel, ItsResponsesAreAbsorbedAndThe487Ends) {
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

TEST(OwnCancel, IsRetransmittedAndTheCallTimesOutAfter64T1) {
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

TEST(OwnCancel, A200ThatCrossesItIsNewsAndTheCallLives) {
  Harness h;
  const auto id = h.start();
  h.receive(180);
  h.cancel(id);
  EXPECT_TRUE(h.receive(200));
  EXPECT_FALSE(h.receive(altered(h, 481, "314159 INVITE", "314159 CANCEL")));
  h.until(60'000);
  EXPECT_EQ(h.trace(), "0:INVITE 0:CANCEL 32000:ended");
}

TEST(OwnCancel, ItsTransportErrorIsNobodysBusiness) {
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

}  // namespace
}  // namespace sip::transaction
