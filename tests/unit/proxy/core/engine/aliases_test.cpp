#include "proxy/core/engine/aliases.hpp"

#include <gtest/gtest.h>

namespace proxy {
namespace {

sip::Flow flow(std::string_view text) { return sip::parse_flow(text).value_or(sip::Flow{}); }

const sip::Flow opened_by_us = flow("tcp:1:192.0.2.9:5060");
const sip::Flow opened_by_peer = flow("tcp:1:192.0.2.9:40000#7");

/// The aliases after one request with this Via from this flow, 192.0.2.9 being trusted.
Aliases after(std::string_view via, const sip::Flow& from) {
  Settings settings;
  settings.auth.trusted.push_back({*sip::AddressBlock::parse("192.0.2.9"), {}});
  const auto message = sip::Message::parse(
      "OPTIONS sip:example.com SIP/2.0\r\nVia: " + std::string{via} + "\r\n\r\n");
  Aliases aliases;
  aliases.learn(*message, from, settings);
  return aliases;
}

TEST(Aliases, NameTheConnectionOfATrustedPeer) {
  const auto aliases = after("SIP/2.0/TCP 192.0.2.9:5060;branch=b;alias", opened_by_peer);
  EXPECT_EQ(aliases.flow_for(opened_by_us), opened_by_peer);
}
TEST(Aliases, TakeTheDefaultPortWhenTheViaNamesNone) {
  const auto aliases = after("SIP/2.0/TCP 192.0.2.9;alias;branch=b", opened_by_peer);
  EXPECT_EQ(aliases.flow_for(opened_by_us), opened_by_peer);
}
TEST(Aliases, AreForWhatNamesNoConnectionOnly) {
  const auto aliases = after("SIP/2.0/TCP 192.0.2.9:5060;branch=b;alias", opened_by_peer);
  for (const auto* other :
       {"udp:0:192.0.2.9:5060", "tls:1:192.0.2.9:5060", "tcp:1:192.0.2.9:5060#8",
        "tcp:1:192.0.2.9:5061", "tcp:1:192.0.2.10:5060"})
    EXPECT_EQ(aliases.flow_for(flow(other)), flow(other)) << other;
}
TEST(Aliases, AreNotTakenFromJustAnybody) {
  const auto* own = "SIP/2.0/TCP 192.0.2.9:5060;branch=b;alias";
  const auto* without = "SIP/2.0/TCP 192.0.2.9:5060;branch=b";
  const auto* of_another = "SIP/2.0/TCP 192.0.2.8:5060;branch=b;alias";
  const auto* by_name = "SIP/2.0/TCP pbx.example.com;branch=b;alias";
  for (const auto* via : {without, of_another, by_name})
    EXPECT_EQ(after(via, opened_by_peer).flow_for(opened_by_us), opened_by_us) << via;
  const auto spoofed = flow("tcp:1:192.0.2.8:40000#7");
  EXPECT_EQ(after(own, spoofed).flow_for(opened_by_us), opened_by_us) << "not trusted";
  const auto secured = flow("tls:1:192.0.2.9:40000#7");
  EXPECT_EQ(after(own, secured).flow_for(opened_by_us), opened_by_us) << "not verified";
}
TEST(Aliases, EndWithTheirConnection) {
  auto aliases = after("SIP/2.0/TCP 192.0.2.9:5060;branch=b;alias", opened_by_peer);
  aliases.forget(flow("tcp:1:192.0.2.9:40000#8"));
  EXPECT_EQ(aliases.flow_for(opened_by_us), opened_by_peer);
  aliases.forget(opened_by_peer);
  EXPECT_EQ(aliases.flow_for(opened_by_us), opened_by_us);
}

}  // namespace
}  // namespace proxy
