#include "proxy/core/late_call/invite.hpp"

#include <gtest/gtest.h>

namespace proxy::late_call {
namespace {

sip::Message parse(std::string text) {
  auto parsed = sip::Message::parse(std::move(text));
  EXPECT_TRUE(parsed.has_value());
  return std::move(*parsed);
}

const std::string original =
    "INVITE sip:bob@example.com SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKcaller\r\n"
    "Max-Forwards: 12\r\n"
    "From: \"Alice\" <sip:alice@example.com>;tag=a1\r\n"
    "To: <sip:bob@example.com>\r\n"
    "Call-ID: `rm -rf`\"quoted\"@x\r\n"
    "CSeq: 4711 INVITE\r\n"
    "Contact: <sip:alice@192.0.2.9>\r\n"
    "Record-Route: <sip:before.example.com;lr>\r\n"
    "Proxy-Authorization: Digest username=\"alice\"\r\n"
    "P-Asserted-Identity: <sip:+491234@example.com>\r\n"
    "Session-Expires: 1800\r\nReplaces: x;to-tag=1;from-tag=2\r\nRequire: 100rel\r\n"
    "Supported: timer\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";

TEST(LateInvite, IsTheCallersCallAndNothingOfHisDialog) {
  const auto invite = parse(original);
  EXPECT_EQ(build_invite(invite, {"sip:bob@10.0.0.7:5062", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx",
                                  "<sip:sw-abc@192.0.2.1:5060>", "", true}),
            "INVITE sip:bob@10.0.0.7:5062 SIP/2.0\r\n"
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"
            "Max-Forwards: 70\r\n"
            "From: \"Alice\" <sip:alice@example.com>;tag=a1\r\n"
            "To: <sip:bob@example.com>\r\n"
            "Call-ID: `rm -rf`\"quoted\"@x\r\n"
            "P-Asserted-Identity: <sip:+491234@example.com>\r\n"
            "Content-Type: application/sdp\r\n"
            "CSeq: 4711 INVITE\r\n"
            "Contact: <sip:sw-abc@192.0.2.1:5060>\r\n"
            "Allow: INVITE, ACK, CANCEL, BYE\r\n"
            "User-Agent: sipwake\r\n"
            "Content-Length: 5\r\n\r\nv=0\r\n");
}

TEST(LateInvite, DoesNotNameWhoWouldNotBeNamed) {
  const auto late = parse(build_invite(
      parse(original), {"sip:b@h", "SIP/2.0/UDP a;branch=z9hG4bK1", "<sip:x@y>", "", false}));
  EXPECT_FALSE(late.has(sip::HeaderName::p_asserted_identity));
}

TEST(LateInvite, GoesByThePathOfTheBinding) {
  const auto invite = parse(original);
  const auto late = parse(build_invite(invite, {"sip:b@h", "SIP/2.0/UDP a;branch=z9hG4bK1",
                                                "<sip:x@y>", "<sip:edge.example.com;lr>"}));
  EXPECT_EQ(late.value(sip::HeaderName::route), "<sip:edge.example.com;lr>");
}

const std::string accepted =
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"
    "From: <sip:alice@example.com>;tag=a1\r\nTo: <sip:bob@example.com>;tag=b1\r\n"
    "Call-ID: c1\r\nCSeq: 4711 INVITE\r\nContact: <sip:bob@10.0.0.7:5062>\r\n"
    "Content-Length: 0\r\n\r\n";

TEST(LateInvite, EndsAnAcceptedCallWithAckAndByeInItsDialog) {
  const auto ok = parse(accepted);
  const auto ack = parse(build_ack(ok, "SIP/2.0/UDP a;branch=z9hG4bK2"));
  EXPECT_EQ(ack.method_text(), "ACK");
  EXPECT_EQ(ack.request_uri(), "sip:bob@10.0.0.7:5062");
  EXPECT_EQ(ack.value(sip::HeaderName::cseq), "4711 ACK");
  EXPECT_EQ(ack.value(sip::HeaderName::to), "<sip:bob@example.com>;tag=b1");
  EXPECT_EQ(ack.body(), "");
  const auto bye = parse(build_bye(ok, "SIP/2.0/UDP a;branch=z9hG4bK3", "SIP;cause=200"));
  EXPECT_EQ(bye.value(sip::HeaderName::cseq), "4712 BYE");
  EXPECT_EQ(bye.value(sip::HeaderName::reason), "SIP;cause=200");
  EXPECT_FALSE(
      parse(build_bye(ok, "SIP/2.0/UDP a;branch=z9hG4bK3", "")).has(sip::HeaderName::reason));
}

}  // namespace
}  // namespace proxy::late_call
