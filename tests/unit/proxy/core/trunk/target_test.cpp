#include "proxy/core/trunk/target.hpp"

#include <gtest/gtest.h>

namespace proxy::trunk {
namespace {

TEST(Target, AnAddressHasTheUsualPortAndTransportWhenItNamesNone) {
  const auto target = parse_target("192.0.2.1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->wanted, (sip::locate::Wanted{"192.0.2.1", 5060, sip::Transport::udp, false}));
  EXPECT_EQ(target->priority, 10);
  EXPECT_EQ(target->weight, 10);
}

TEST(Target, TlsToAnAddressHasItsOwnPort) {
  EXPECT_EQ(parse_target("192.0.2.1;transport=tls")->wanted.port, 5061);
  EXPECT_EQ(parse_target("192.0.2.1:5070;transport=tls")->wanted.port, 5070);
}

TEST(Target, ANameLeavesPortAndTransportToItsRecords) {
  const auto target = parse_target("SIP.example.com;priority=1;weight=60");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->wanted, (sip::locate::Wanted{"sip.example.com", 0, std::nullopt, false}));
  EXPECT_EQ(target->priority, 1);
  EXPECT_EQ(target->weight, 60);
}

TEST(Target, IPv6StandsInBrackets) {
  EXPECT_EQ(parse_target("[2001:db8::1]:5070;transport=tcp")->wanted.host, "2001:db8::1");
}

TEST(Target, WhatIsNoTargetIsRefused) {
  for (const auto* text :
       {"", "192.0.2.1:0", "192.0.2.1:70000", "name:", "name:x", "-name", "a..b", "192.0.2.300",
        "name;transport=ws", "name;transport=carrier-pigeon", "name;priority=70000",
        "name;color=red", "name;", "name with blank", "name;priority"})
    EXPECT_FALSE(parse_target(text)) << text;
}

TEST(Source, IsABlockAndMaybeATransport) {
  EXPECT_EQ(parse_source("192.0.2.10 tls")->transport, sip::Transport::tls);
  EXPECT_FALSE(parse_source("192.0.2.0/24")->transport);
  EXPECT_FALSE(parse_source("192.0.2.0/99"));
  EXPECT_FALSE(parse_source("192.0.2.0 smoke"));
}

TEST(Lists, HaveOneItemALine) {
  EXPECT_EQ(parse_targets("192.0.2.1\n192.0.2.2\n").size(), 2U);
  EXPECT_EQ(parse_sources("").size(), 0U);
}

}  // namespace
}  // namespace proxy::trunk
