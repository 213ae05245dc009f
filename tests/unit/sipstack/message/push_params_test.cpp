#include "sipstack/message/push_params.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

TEST(PushParams, AreSeenInAnyCase) {
  EXPECT_TRUE(mentions_push("sip:a@b;pn-prid=x"));
  EXPECT_TRUE(mentions_push("sip:a@b;PN-Prid=x"));
  EXPECT_TRUE(mentions_push("sip:a@b;x-pn-auth=x"));
  EXPECT_TRUE(mentions_push("sip:a@b;app-id=x"));
  EXPECT_FALSE(mentions_push("Max-Forwards: 70"));
  EXPECT_FALSE(mentions_push("-"));
  EXPECT_FALSE(mentions_push(""));
}

TEST(PushParams, AreTakenOutOfEveryUriInBrackets) {
  EXPECT_EQ(without_push_in_uris("<sip:a@b;pn-prid=1;x=2>;index=1, <sip:c@d;pn-param=3?Reason=x>"),
            "<sip:a@b;x=2>;index=1, <sip:c@d?Reason=x>");
  EXPECT_EQ(without_push_in_uris("<sip:a@b;x=2>"), std::nullopt);
}

TEST(PushParams, AreFoundBehindAQuotedBracket) {
  EXPECT_EQ(without_push_in_uris("\"a <b\" <sip:a@b;pn-prid=1>"), "\"a <b\" <sip:a@b>");
}

TEST(PushParams, LeaveWhatNeverEnds) {
  EXPECT_EQ(without_push_in_uris("<sip:a@b;pn-prid=1"), "<sip:a@b;pn-prid=1");
  EXPECT_EQ(without_push_in_uris("\"pn-"), "\"pn-");
}

TEST(PushParams, AreTakenOutOfAContactWithAndWithoutBrackets) {
  EXPECT_EQ(without_push_in_contact("<sip:a@b;pn-prid=1>;q=0.5;pn-param=2"), "<sip:a@b>;q=0.5");
  EXPECT_EQ(without_push_in_contact("sip:a@b;pn-prid=1;expires=5"), "<sip:a@b>;expires=5");
  EXPECT_EQ(without_push_in_contact("<sip:a@b;x-pn-p256dh=k>, \"B\" <sip:c@d;pn-x=1>"),
            "<sip:a@b>, \"B\" <sip:c@d>");
}

std::string cleaned(const std::string& headers, HeaderName removed = HeaderName::other) {
  const auto message = Message::parse("INVITE sip:a@b SIP/2.0\r\n" + headers + "\r\npn-body");
  EXPECT_TRUE(message.has_value());
  Rewrite edit{*message};
  if (removed != HeaderName::other) edit.remove(removed);
  remove_push(edit, *message);
  return edit.build();
}

TEST(PushParams, LeaveNoHeaderThatNamesUris) {
  const auto out = cleaned(
      "Contact: <sip:a@b;pn-prid=1>\r\nContact: <sip:c@d;pn-prid=2>\r\n"
      "Record-Route: <sip:r;lr;pn-prid=3>\r\nPath: <sip:p;lr;pn-prid=4>\r\n"
      "History-Info: <sip:h@x;pn-prid=5>;index=1\r\nRefer-To: <sip:t@x;pn-prid=6>\r\n"
      "Diversion: <sip:d@x;pn-prid=7>;reason=no-answer\r\n");
  EXPECT_EQ(out.find("pn-prid"), std::string::npos) << out;
  EXPECT_NE(out.find("Contact: <sip:c@d>"), std::string::npos) << out;
  EXPECT_NE(out.find("History-Info: <sip:h@x>;index=1"), std::string::npos) << out;
  EXPECT_NE(out.find("pn-body"), std::string::npos);
}

TEST(PushParams, BringNoRemovedHeaderBack) {
  const auto out =
      cleaned("P-Asserted-Identity: <sip:a@b;pn-prid=1>\r\n", HeaderName::p_asserted_identity);
  EXPECT_EQ(out.find("P-Asserted-Identity"), std::string::npos) << out;
}

}  // namespace
}  // namespace sip
