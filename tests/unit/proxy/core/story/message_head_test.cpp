#include "proxy/core/story/message_head.hpp"

#include <gtest/gtest.h>

namespace proxy::story {
namespace {

std::string head(const std::string& lines) {
  return message_head(std::string_view{lines + "\r\n"});
}
/// The head of an INVITE with this line.
std::string line(const std::string& text) {
  const std::string start = "INVITE sip:bob@example.com SIP/2.0\r\n";
  const auto out = head(start + text + "\r\n");
  return out.starts_with(start) ? out.substr(start.size()) : out;
}

TEST(MessageHead, IsTheStartLineAndTheHeadersAsTheyAre) {
  const std::string lines =
      "INVITE sip:bob@example.com SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;rport\r\n"
      "Subject: call me\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n";
  EXPECT_EQ(message_head(std::string_view{lines + "\r\nv=0\r\n"}), lines) << "without the body";
  EXPECT_EQ(head("SIP/2.0 486 Busy Here\r\n"), "SIP/2.0 486 Busy Here\r\n");
}

TEST(MessageHead, HidesCredentialsAndChallenges) {
  EXPECT_EQ(line(R"(Authorization: Digest username="a", nonce="n1", response="r1")"),
            "Authorization: Digest (hidden)\r\n");
  EXPECT_EQ(line("Proxy-Authorization: Bearer abc"), "Proxy-Authorization: Bearer (hidden)\r\n");
  EXPECT_EQ(line("WWW-Authenticate: justatoken"), "WWW-Authenticate: (hidden)\r\n");
  EXPECT_EQ(line(R"(Proxy-Authenticate: Digest realm="x", nonce="n")"),
            "Proxy-Authenticate: Digest (hidden)\r\n");
  EXPECT_EQ(line(R"(Authentication-Info: nextnonce="n")"), "Authentication-Info: (hidden)\r\n");
  EXPECT_EQ(line("X-Api-Key: k"), "X-Api-Key: (hidden)\r\n");
  EXPECT_EQ(line("X-MPUSH: i:com.example:tok"), "X-MPUSH: (hidden)\r\n");
}

TEST(MessageHead, HidesPushCoordinatesWhereverTheyStand) {
  EXPECT_EQ(line("Contact: \"A;b\" <sip:a@h;pn-prid=tok;ob;app-id=x>;q=0.5;pn-tok=t2, <sip:b@h>"),
            "Contact: \"A;b\" <sip:a@h;pn-prid=(hidden);ob;app-id=(hidden)>;q=0.5;pn-tok=(hidden), "
            "<sip:b@h>\r\n");
  EXPECT_EQ(line("Contact: sip:a@h;pn-tok=t"), "Contact: <sip:a@h>;pn-tok=(hidden)\r\n");
  EXPECT_EQ(line("To: <sip:a@h;PN-PRID=tok>;tag=1"), "To: <sip:a@h;PN-PRID=(hidden)>;tag=1\r\n");
  EXPECT_EQ(line("X-Odd: a; pn-prid=tok"), "X-Odd: (hidden)\r\n");
  EXPECT_EQ(line(R"(Feature-Caps: *;+sip.pnspurr="p")"), "Feature-Caps: (hidden)\r\n");
  EXPECT_EQ(line("Contact: <sip:a@h;sw-purr=p>"), "Contact: <sip:a@h;sw-purr=(hidden)>\r\n");
  EXPECT_EQ(head("INVITE sip:a@h;pn-prid=tok SIP/2.0\r\n"),
            "INVITE sip:a@h;pn-prid=(hidden) SIP/2.0\r\n");
  EXPECT_EQ(head("INVITE tel:1;pn-prid=tok SIP/2.0\r\n"), "INVITE (hidden) SIP/2.0\r\n");
}

TEST(MessageHead, HidesTheSignedUserPartsOfRoutes) {
  for (const std::string name : {"Record-Route", "Route", "Path", "Service-Route"})
    EXPECT_EQ(line(name + ": <sip:c00kie@192.0.2.1;lr>, <sip:192.0.2.2:5080;lr>"),
              name + ": <sip:(hidden)@192.0.2.1;lr>, <sip:192.0.2.2:5080;lr>\r\n");
  EXPECT_EQ(line("Contact: <sip:sw-abc@192.0.2.1>"), "Contact: <sip:(hidden)@192.0.2.1>\r\n");
}

TEST(MessageHead, HidesPasswordsAndHeadersInsideOfUris) {
  EXPECT_EQ(line("From: <sip:a:pass@h>;tag=1"), "From: <sip:a:(hidden)@h>;tag=1\r\n");
  EXPECT_EQ(line("Refer-To: <sip:a@h?Authorization=x>"), "Refer-To: <sip:a@h?(hidden)>\r\n");
}

TEST(MessageHead, ShowsNoAddressThatItCannotRead) {
  EXPECT_EQ(line("Contact: <sip:a:pass@h;pn-prid=tok"), "Contact: (hidden)\r\n");
  EXPECT_EQ(line("Contact: *"), "Contact: *\r\n");
  EXPECT_EQ(line("User-Agent: App-1.2 (a=b)"), "User-Agent: App-1.2 (a=b)\r\n");
}

TEST(MessageHead, IsCutAtALineAndSaysSo) {
  std::string lines = "INVITE sip:a@h SIP/2.0\r\n";
  for (int i = 0; i < 30; ++i) lines += "X-Line: " + std::string(100, 'x') + "\r\n";
  const auto out = head(lines);
  EXPECT_LE(out.size(), head_most);
  const auto mark = out.find("[cut: ");
  ASSERT_NE(mark, std::string::npos);
  EXPECT_EQ(out.substr(0, mark), lines.substr(0, mark)) << "whole lines";
  EXPECT_EQ(out.substr(mark), "[cut: " + std::to_string(lines.size() - mark) + " more bytes]\r\n");
}

TEST(MessageHead, CutsASingleLineThatIsTooLong) {
  const auto out = head("INVITE sip:" + std::string(3'000, 'a') + "@h SIP/2.0\r\n");
  EXPECT_LE(out.size(), head_most);
  EXPECT_NE(out.find("\r\n[cut: "), std::string::npos);
}

TEST(MessageHead, OfNoMessageIsEmpty) {
  EXPECT_EQ(message_head(std::string_view{"\r\n\r\n"}), "");
  EXPECT_EQ(message_head(std::string_view{}), "");
}

}  // namespace
}  // namespace proxy::story
