#include "sipstack/message/via.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

ViaView via(std::string_view text) {
  const auto parsed = ViaView::parse(text);
  if (!parsed) ADD_FAILURE() << text;
  return parsed ? *parsed : ViaView{};
}

TEST(ViaTest, ReadsAllParts) {
  const auto v =
      via("SIP/2.0/UDP pc33.example.com:5066;branch=z9hG4bK776asdhds;rport;ttl=16"
          ";maddr=224.2.0.1");
  EXPECT_EQ(v.transport, "UDP");
  EXPECT_EQ(v.host, "pc33.example.com");
  EXPECT_EQ(v.port, 5066);
  EXPECT_EQ(v.branch, "z9hG4bK776asdhds");
  EXPECT_EQ(v.params.value("maddr"), "224.2.0.1");
  EXPECT_TRUE(v.has_magic_cookie());
}

TEST(ViaTest, ReadsBlanksAroundSlashesColonsAndSemicolons) {
  const auto v =
      via("SIP  /   2.0  / TCP     spindle.example.com  : 5061  ;  branch  =   z9hG4bK9  ");
  EXPECT_EQ(v.transport, "TCP");
  EXPECT_EQ(v.host, "spindle.example.com");
  EXPECT_EQ(v.port, 5061);
  EXPECT_EQ(v.branch, "z9hG4bK9");
}

TEST(ViaTest, ReadsIpv6WithAndWithoutPort) {
  EXPECT_EQ(via("SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKa").host, "[2001:db8::9:1]");
  EXPECT_EQ(via("SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKa").port, 0);
  EXPECT_EQ(via("SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKa").port, 19823);
}

TEST(ViaTest, TakesReceivedWithAndWithoutBrackets) {
  EXPECT_EQ(via("SIP/2.0/UDP [::1];received=[2001:db8::9:255];branch=b").params.value("received"),
            "[2001:db8::9:255]");
  EXPECT_EQ(via("SIP/2.0/UDP [::1];received=2001:db8::9:255;branch=b").params.value("received"),
            "2001:db8::9:255");
}

TEST(ViaTest, TakesUnknownTransportsAndNoBranch) {
  EXPECT_EQ(via("SIP/2.0/UNKNOWN t4.example.com").transport, "UNKNOWN");
  EXPECT_EQ(via("SIP/2.0/UDP iftgw.example.com").branch, "");
  EXPECT_EQ(via("SIP/7.0/UDP c.example.com;branch=z9hG4bKk").branch, "z9hG4bKk");
}

TEST(ViaTest, KnowsThatTheCookieAloneIsNoBranchOfRfc3261) {
  EXPECT_FALSE(via("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK").has_magic_cookie());
  EXPECT_FALSE(via("SIP/2.0/UDP 192.0.2.1;branch=390skdjuw").has_magic_cookie());
  EXPECT_TRUE(via("SIP/2.0/TCP h;branch=z9hG4bK-.!%66*_+`'~").has_magic_cookie());
}

TEST(ViaTest, RefusesBrokenOnes) {
  for (const auto* text : {"",
                           "SIP",
                           "SIP/2.0",
                           "SIP/2.0/",
                           "SIP/2.0/UDP",
                           "SIP/2.0/UDP ",
                           "SIP 2.0 UDP host",
                           "SIP/2.0/UDP 192.0.2.15;;,;,,",
                           "SIP/2.0/UDP :5060",
                           "SIP/2.0/UDP h:0",
                           "SIP/2.0/UDP h:",
                           "SIP/2.0/UDP h:65536",
                           "SIP/2.0/UDP h:50 60",
                           "SIP/2.0/UDP 2001:db8::1",
                           "SIP/2.0/UDP [2001:db8::1",
                           "SIP/2.0/UDP []",
                           "SIP/2.0/UDP [::1]x;branch=a",
                           "SIP/2.0/UDP h branch=a",
                           "SIP/2.0/UDP h;branch=",
                           "SIP/2.0/UDP h;branch",
                           "SIP/2.0/UDP h;branch=a;branch=b",
                           "SIP/2.0/UDP h;branch=\"a",
                           "SIP/2.0/UDP h;ttl=256",
                           "SIP/2.0/UDP h;ttl",
                           "SIP/2.0/UDP <h>",
                           "SIP/2.0/UDP a@h",
                           "SIP/2.0/UDP h;a=b,c",
                           "SIP/2.0/U(DP h"})
    EXPECT_FALSE(ViaView::parse(text)) << text;
}

TEST(ViaSourceTest, AddsReceivedOnlyWhenTheHostDiffers) {
  EXPECT_EQ(via_with_source("SIP/2.0/UDP 192.0.2.1:5060;branch=b", "192.0.2.1", 5060),
            "SIP/2.0/UDP 192.0.2.1:5060;branch=b");
  EXPECT_EQ(via_with_source("SIP/2.0/UDP host.example.com;branch=b", "192.0.2.1", 5060),
            "SIP/2.0/UDP host.example.com;branch=b;received=192.0.2.1");
  EXPECT_EQ(via_with_source("SIP/2.0/UDP [2001:DB8::1];branch=b", "2001:db8::1", 5060),
            "SIP/2.0/UDP [2001:DB8::1];branch=b");
}

TEST(ViaSourceTest, FillsRportAndReceivedWhenAsked) {
  EXPECT_EQ(via_with_source("SIP/2.0/UDP 192.0.2.1;rport;branch=b", "192.0.2.1", 40000),
            "SIP/2.0/UDP 192.0.2.1;branch=b;rport=40000;received=192.0.2.1");
}

TEST(ViaSourceTest, ThrowsAwayWhatTheSenderClaimed) {
  EXPECT_EQ(via_with_source("SIP/2.0/UDP 10.0.0.1;received=1.2.3.4;rport=5;branch=b;x=\"q;r\"",
                            "192.0.2.1", 40000),
            "SIP/2.0/UDP 10.0.0.1;branch=b;x=\"q;r\";rport=40000;received=192.0.2.1");
}

TEST(ViaSourceTest, LeavesAViaItCannotReadAlone) {
  EXPECT_EQ(via_with_source("nonsense", "192.0.2.1", 1), "nonsense");
}

}  // namespace
}  // namespace sip
