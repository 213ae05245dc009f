#include "app/demo/dialog.hpp"

#include <gtest/gtest.h>

namespace app::demo {
namespace {

sip::Message parse(std::string text) { return *sip::Message::parse(std::move(text)); }

sip::Message invite() {
  return parse(
      "INVITE sip:bob@192.0.2.9 SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
      "Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>\r\n"
      "From: \"Alice\" <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>\r\n"
      "Call-ID: c1\r\nCSeq: 7 INVITE\r\nContact: <sip:alice@192.0.2.1:5070>\r\n\r\n");
}

TEST(Dialog, CalleeKeepsTheRouteOrderOfTheInvite) {
  const auto dialog = callee_dialog(invite(), "b");
  EXPECT_EQ(dialog.routes,
            (std::vector<std::string>{"<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"}));
  EXPECT_EQ(dialog.target, "sip:alice@192.0.2.1:5070");
  EXPECT_EQ(dialog.local, "<sip:bob@example.com>;tag=b");
}

TEST(Dialog, CallerReversesTheRouteOrderOfTheAnswer) {
  const auto dialog = caller_dialog(
      parse("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
            "Record-Route: <sip:p2.example.com;lr>\r\nRecord-Route: <sip:p1.example.com;lr>\r\n"
            "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>;tag=b\r\n"
            "Call-ID: c1\r\nCSeq: 7 INVITE\r\nContact: <sip:bob@192.0.2.9>\r\n\r\n"));
  EXPECT_EQ(dialog.routes,
            (std::vector<std::string>{"<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"}));
  EXPECT_EQ(dialog.cseq, 7U);
}

TEST(Dialog, RequestWithTheRightTagsBelongsToIt) {
  const auto dialog = callee_dialog(invite(), "b");
  const auto bye = [](std::string_view to_tag) {
    return parse(
        std::string{"BYE sip:bob@192.0.2.9 SIP/2.0\r\n"
                    "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>;tag="}
            .append(to_tag)
            .append("\r\nCall-ID: c1\r\nCSeq: 8 BYE\r\n\r\n"));
  };
  EXPECT_TRUE(belongs_to(dialog, bye("b")));
  EXPECT_FALSE(belongs_to(dialog, bye("other")));
}

TEST(Dialog, WritesWhatItsPeerCanParse) {
  auto dialog = callee_dialog(invite(), "b");
  dialog.cseq = 3;
  const auto request =
      parse(write_request(dialog, {"BYE", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2", {}, {}, {}}));
  EXPECT_FALSE(request.fault());
  EXPECT_EQ(request.request_uri(), "sip:alice@192.0.2.1:5070");
  EXPECT_EQ(request.count(sip::HeaderName::route), 2U);
  EXPECT_EQ(request.value(sip::HeaderName::cseq), "3 BYE");
}

}  // namespace
}  // namespace app::demo
