#include "sipstack/message/rewrite.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sip {
namespace {

Message parsed(const std::string& wire) {
  auto message = Message::parse(wire);
  if (!message) ADD_FAILURE() << wire;
  return message ? std::move(*message) : Message{};
}

Message request(std::string_view headers, std::string_view body = {}) {
  return parsed("INVITE sip:bob@example.com SIP/2.0\r\n" + std::string{headers} + "\r\n" +
                std::string{body});
}

/// What request() gives when the headers are these.
std::string sent(std::string_view headers, std::string_view body = {}) {
  return "INVITE sip:bob@example.com SIP/2.0\r\n" + std::string{headers} +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

TEST(RewriteTest, CopiesHeadersAndBodyAndWritesTheLengthAnew) {
  const auto m = request("Via: a\r\nX-Other: b\r\nContent-Length: 3\r\nt: c\r\n", "abc and more");
  EXPECT_EQ(Rewrite{m}.build(), sent("Via: a\r\nX-Other: b\r\nt: c\r\n", "abc"));
}

TEST(RewriteTest, WritesFoldedLinesAsOne) {
  const auto m = request("To  :\r\n <sip:b>\r\n ;x=1\r\n");
  EXPECT_EQ(Rewrite{m}.build(), sent("To: <sip:b>   ;x=1\r\n"));
}

TEST(RewriteTest, DropsBlanksAroundNameAndValue) {
  const auto m = request("X-A :b\r\nX-C:  d\r\nX-E:\r\nX-F: g \t\r\nX-H: i\r\n");
  EXPECT_EQ(Rewrite{m}.build(), sent("X-A: b\r\nX-C: d\r\nX-E: \r\nX-F: g\r\nX-H: i\r\n"));
}

TEST(RewriteTest, ReplacesTheRequestUri) {
  const auto m = request("");
  EXPECT_EQ(Rewrite{m}.request_uri("sip:bob@192.0.2.9").build(),
            "INVITE sip:bob@192.0.2.9 SIP/2.0\r\nContent-Length: 0\r\n\r\n");
}

TEST(RewriteTest, CopiesAResponse) {
  const auto m = parsed("SIP/2.0 480 Gone Fishing\r\nVia: a, b\r\nVia: c\r\n\r\n");
  Rewrite rewrite{m};
  rewrite.remove_first_value(HeaderName::via);
  EXPECT_EQ(rewrite.build(),
            "SIP/2.0 480 Gone Fishing\r\nVia: b\r\nVia: c\r\nContent-Length: 0\r\n\r\n");
}

TEST(RewriteTest, RemovesEveryLineOfAName) {
  const auto m = request("v: a\r\nTo: x\r\nVia: b\r\n");
  EXPECT_EQ(Rewrite{m}.remove(HeaderName::via).build(), sent("To: x\r\n"));
  EXPECT_EQ(Rewrite{m}.remove(HeaderName::route).build(), sent("v: a\r\nTo: x\r\nVia: b\r\n"));
}

TEST(RewriteTest, RemovesTheFirstValueAndKeepsTheRestOfItsLine) {
  const auto m = request("Route: <sip:a,b;lr>, <sip:c>,<sip:d>\r\nRoute: <sip:e>\r\n");
  EXPECT_EQ(Rewrite{m}.remove_first_value(HeaderName::route).build(),
            sent("Route: <sip:c>,<sip:d>\r\nRoute: <sip:e>\r\n"));
}

TEST(RewriteTest, RemovesTheLineWithItsOnlyValue) {
  const auto m = request("Route: <sip:a>\r\nRoute: <sip:b>\r\n");
  EXPECT_EQ(Rewrite{m}.remove_first_value(HeaderName::route).build(), sent("Route: <sip:b>\r\n"));
  const auto trailing = request("Route: <sip:a>, \r\n");
  EXPECT_EQ(Rewrite{trailing}.remove_first_value(HeaderName::route).build(), sent(""));
}

TEST(RewriteTest, SetsAHeaderWhereItWasOrAtTheEnd) {
  const auto m = request("Max-Forwards: 70\r\nTo: x\r\nMax-Forwards: 3\r\n");
  EXPECT_EQ(Rewrite{m}.set(HeaderName::max_forwards, "69").build(),
            sent("Max-Forwards: 69\r\nTo: x\r\n"));
  EXPECT_EQ(Rewrite{m}.set(HeaderName::expires, "5").build(),
            sent("Max-Forwards: 70\r\nTo: x\r\nMax-Forwards: 3\r\nExpires: 5\r\n"));
}

TEST(RewriteTest, SetsAndRemovesOneLine) {
  const auto m = request("X: 1\r\nX: 2\r\nX: 3\r\n");
  Rewrite rewrite{m};
  rewrite.set(m.headers()[1], "two").remove(m.headers()[2]);
  EXPECT_EQ(rewrite.build(), sent("X: 1\r\nX: two\r\n"));
  rewrite.set(m.headers()[1], "zwei").set(m.headers()[2], "drei");
  EXPECT_EQ(rewrite.build(), sent("X: 1\r\nX: zwei\r\nX: drei\r\n"));
}

TEST(RewriteTest, PutsLinesInFrontLastFirstAndBehindInOrder) {
  const auto m = request("To: x\r\n");
  Rewrite rewrite{m};
  rewrite.prepend(HeaderName::record_route, "<sip:p;lr>").prepend(HeaderName::via, "v");
  rewrite.append("X-One", "1").append(HeaderName::reason, "SIP;cause=200");
  EXPECT_EQ(rewrite.build(), sent("Via: v\r\nRecord-Route: <sip:p;lr>\r\nTo: x\r\nX-One: 1\r\n"
                                  "Reason: SIP;cause=200\r\n"));
}

TEST(RewriteTest, TakesTheBodyOffWithAllThatDescribesIt) {
  const auto m = request(
      "c: application/sdp\r\nTo: x\r\ne: gzip\r\nContent-Disposition: session\r\n"
      "Content-Language: en\r\nMIME-Version: 1.0\r\nl: 3\r\n",
      "abc");
  EXPECT_EQ(Rewrite{m}.without_body().build(), sent("To: x\r\n"));
}

TEST(RewriteTest, KeepsABodyOfAnyBytes) {
  const std::string body{"\0\r\n\r\n\xff", 6};
  const auto m = request("", body);
  EXPECT_EQ(Rewrite{m}.build(), sent("", body));
}

TEST(RewriteTest, MakesWhatAProxyForwards) {
  const auto m = request(
      "Via: SIP/2.0/UDP a\r\nRoute: <sip:us;lr>\r\nMax-Forwards: 70\r\n"
      "From: f\r\nContent-Length: 1\r\n",
      "b");
  Rewrite rewrite{m};
  rewrite.request_uri("sip:bob@192.0.2.9").remove_first_value(HeaderName::route);
  rewrite.set(HeaderName::max_forwards, "69").prepend(HeaderName::record_route, "<sip:us;lr>");
  rewrite.prepend(HeaderName::via, "SIP/2.0/UDP us");
  EXPECT_EQ(rewrite.build(),
            "INVITE sip:bob@192.0.2.9 SIP/2.0\r\nVia: SIP/2.0/UDP us\r\nRecord-Route: "
            "<sip:us;lr>\r\nVia: SIP/2.0/UDP a\r\nMax-Forwards: 69\r\nFrom: f\r\n"
            "Content-Length: 1\r\n\r\nb");
}

}  // namespace
}  // namespace sip
