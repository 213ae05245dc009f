#include "sipstack/message/reply.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sip {
namespace {

Message request(std::string_view headers) {
  auto message = Message::parse("INVITE sip:bob@example.com SIP/2.0\r\n" + std::string{headers} +
                                "Content-Length: 0\r\n\r\n");
  if (!message) ADD_FAILURE() << headers;
  return message ? std::move(*message) : Message{};
}

constexpr std::string_view usual =
    "Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKa\r\n"
    "Max-Forwards: 70\r\n"
    "f: <sip:alice@example.com>;tag=1\r\n"
    "To: <sip:bob@example.com>\r\n"
    "Call-ID: c\r\n"
    "CSeq: 1 INVITE\r\n"
    "Record-Route: <sip:p1;lr>\r\n"
    "Record-Route: <sip:p2;lr>\r\n"
    "Timestamp: 54\r\n"
    "Supported: timer\r\n";

TEST(ReplyTest, CopiesWhatSection8_2_6_2AsksForAndNoMore) {
  const auto m = request(usual);
  EXPECT_EQ(Reply(m, 404).build(),
            "SIP/2.0 404 Not Found\r\n"
            "Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKa\r\n"
            "From: <sip:alice@example.com>;tag=1\r\n"
            "To: <sip:bob@example.com>\r\n"
            "Call-ID: c\r\n"
            "CSeq: 1 INVITE\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(ReplyTest, TakesAReasonOfItsOwn) {
  const auto m = request(usual);
  EXPECT_TRUE(Reply(m, 400, "Bad Via").build().starts_with("SIP/2.0 400 Bad Via\r\n"));
}

TEST(ReplyTest, FillsTheTopViaOnlyAndKeepsAllVias) {
  const auto m = request(
      "v: SIP/2.0/UDP 10.0.0.1;rport;branch=a , SIP/2.0/TCP 10.0.0.2;rport;branch=b\r\n"
      "To: <sip:bob@example.com>\r\nVia: SIP/2.0/UDP 10.0.0.3;rport;branch=c\r\n");
  EXPECT_EQ(Reply(m, 200).source("192.0.2.1", 40000).build(),
            "SIP/2.0 200 OK\r\n"
            "Via: SIP/2.0/UDP 10.0.0.1;branch=a;rport=40000;received=192.0.2.1, "
            "SIP/2.0/TCP 10.0.0.2;rport;branch=b\r\n"
            "To: <sip:bob@example.com>\r\n"
            "Via: SIP/2.0/UDP 10.0.0.3;rport;branch=c\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(ReplyTest, AddsATagToToUnlessThereIsOneOrTheStatusIs100) {
  const auto without = request("To: <sip:bob@example.com>\r\n");
  EXPECT_NE(Reply(without, 180).to_tag("x").build().find("To: <sip:bob@example.com>;tag=x\r\n"),
            std::string::npos);
  EXPECT_EQ(Reply(without, 100).to_tag("x").build().find("tag"), std::string::npos);
  const auto with = request("To: sip:bob@example.com ; TAG = y\r\n");
  EXPECT_NE(Reply(with, 180).to_tag("x").build().find("To: sip:bob@example.com ; TAG = y\r\n"),
            std::string::npos);
}

TEST(ReplyTest, EchoesTheTimestampIn100Only) {
  const auto m = request(usual);
  EXPECT_NE(Reply(m, 100).build().find("Timestamp: 54\r\n"), std::string::npos);
  EXPECT_EQ(Reply(m, 180).build().find("Timestamp"), std::string::npos);
}

TEST(ReplyTest, CopiesRecordRouteWhenAsked) {
  const auto m = request(usual);
  EXPECT_NE(Reply(m, 180).with_record_route().build().find(
                "Record-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\n"),
            std::string::npos);
}

TEST(ReplyTest, AddsHeadersAndABody) {
  const auto m = request("Call-ID: c\r\n");
  Reply reply{m, 200};
  reply.header(HeaderName::expires, "60").header("X-Own", "1").body("text/plain", "hi");
  EXPECT_EQ(reply.build(),
            "SIP/2.0 200 OK\r\nCall-ID: c\r\nExpires: 60\r\nX-Own: 1\r\n"
            "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi");
}

TEST(ReplyTest, AnswersToTheFirstOfHeadersThatShouldBeThereOnce) {
  const auto m = request("Call-ID: c\r\nCall-ID: d\r\nCSeq: 1 INVITE\r\nCSeq: 2 INVITE\r\n");
  EXPECT_EQ(Reply(m, 400).build(),
            "SIP/2.0 400 Bad Request\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
}

TEST(ReplyTest, CanBeReadAgain) {
  const auto m = request(usual);
  const auto again = Message::parse(
      Reply(m, 200).source("192.0.2.1", 5060).to_tag("t").with_record_route().build());
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->fault());
  EXPECT_TRUE(check_response(*again));
}

}  // namespace
}  // namespace sip
