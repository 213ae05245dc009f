#include "proxy/core/admission/guard.hpp"

#include <gtest/gtest.h>

#include "proxy/core/settings/source.hpp"

namespace proxy::admission {
namespace {

using namespace std::chrono_literals;
using Look = Guard::Look;

class GuardTest : public ::testing::Test {
 protected:
  GuardTest() {
    settings_.domains = {"example.com"};
    settings_.abuse.messages = 10;
    settings_.abuse.requests = 5;
    settings_.abuse.device_messages = 20;
    settings_.abuse.failed_logins = 3;
    settings_.abuse.pushes = 2;
  }
  static sip::Flow flow(std::string_view text) { return *sip::parse_flow(text); }
  int good_messages(const sip::Flow& from, int tries = 1'000) {
    int good = 0;
    for (int i = 0; i < tries; ++i)
      if (guard_.message(from, settings_, now_) == Look::good) ++good;
    return good;
  }
  /// One wrong password in answer to a challenge that went to the same flow.
  bool fail(const sip::Flow& from, std::string_view nonce = "n") {
    guard_.challenged(from, nonce, now_);
    return guard_.failed(from, nonce, settings_, now_);
  }

  Settings settings_;
  Guard guard_{sip::Limits{}, 42};
  sip::TimePoint now_{1h};
  sip::Flow bad_{flow("udp:0:198.51.100.1:5060")};
  sip::Flow good_{flow("udp:0:198.51.100.2:5060")};
};

TEST_F(GuardTest, GivesASourceTenSecondsWorthOfMessagesAtOnce) {
  EXPECT_EQ(good_messages(bad_), 100);
  now_ += 1s;
  EXPECT_EQ(good_messages(bad_), 10);
}

TEST_F(GuardTest, CountsAllPortsOfAnAddressAndAllAddressesOfASlash64Together) {
  good_messages(bad_);
  EXPECT_EQ(good_messages(flow("udp:0:198.51.100.1:9999")), 0);
  EXPECT_EQ(good_messages(flow("tcp:1:198.51.100.1:9999#7")), 0);
  EXPECT_EQ(good_messages(flow("udp:0:[2001:db8::1]:5060")), 100);
  EXPECT_EQ(good_messages(flow("udp:0:[2001:db8::ffff:2]:5060")), 0);
}

TEST_F(GuardTest, ASourceThatHasSpentAllTakesNothingFromAnother) {
  good_messages(bad_, 100'000);
  EXPECT_EQ(good_messages(good_), 100);
}

TEST_F(GuardTest, AnAuthenticatedFlowHasItsOwnBudgetAndPassesABan) {
  guard_.prove(bad_, now_);
  guard_.bans.add(source_of(bad_.peer.address), "test", 1h, ban_times(settings_), {now_, {}});
  const auto neighbour = flow("udp:0:198.51.100.1:6000");
  EXPECT_EQ(guard_.message(neighbour, settings_, now_), Look::banned);
  EXPECT_EQ(good_messages(bad_), 200);
}

TEST_F(GuardTest, ProofsLastForAtLeastHalfAnHourAndAtMostForOne) {
  guard_.prove(bad_, now_);
  now_ += 29min;
  guard_.prove(good_, now_);
  EXPECT_TRUE(guard_.is_proven(bad_));
  now_ += 31min;
  guard_.prove(good_, now_);
  now_ += 30min;
  guard_.prove(flow("udp:0:203.0.113.1:1"), now_);
  EXPECT_FALSE(guard_.is_proven(bad_));
  EXPECT_TRUE(guard_.is_proven(good_));
}

TEST_F(GuardTest, KeepsABoundedNumberOfAuthenticatedFlows) {
  sip::Limits limits;
  limits.authenticated_flows = 100;
  Guard small{limits, 1};
  for (std::uint16_t port = 1; port <= 1'000; ++port) {
    auto one = bad_;
    one.peer.port = port;
    small.prove(one, now_);
  }
  int proven = 0;
  for (std::uint16_t port = 1; port <= 1'000; ++port) {
    auto one = bad_;
    one.peer.port = port;
    if (small.is_proven(one)) ++proven;
  }
  EXPECT_GE(proven, 50);
  EXPECT_LE(proven, 100);
}

TEST_F(GuardTest, TheLastPardonableWrongPasswordBringsTheBan) {
  EXPECT_FALSE(fail(bad_));
  EXPECT_FALSE(fail(bad_));
  EXPECT_TRUE(fail(bad_));
}

TEST_F(GuardTest, ForgivesOneWrongPasswordAMinute) {
  for (int minute = 0; minute < 500; ++minute) {
    EXPECT_FALSE(fail(bad_)) << minute;
    now_ += 1min;
  }
}

TEST_F(GuardTest, WrongPasswordsInAForgedNameBanNobody) {
  // Who forges the address of another has a nonce of his own: he does not see what that one gets.
  guard_.challenged(bad_, "mine", now_);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(guard_.failed(good_, "mine", settings_, now_));
}

TEST_F(GuardTest, ASuspectIsHeardOnlyOnHisOwnChallenges) {
  guard_.challenged(good_, "elsewhere", now_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(guard_.distrusts(bad_, "elsewhere", settings_, now_)) << i;
    guard_.failed(bad_, "elsewhere", settings_, now_);
  }
  EXPECT_TRUE(guard_.distrusts(bad_, "elsewhere", settings_, now_));
  guard_.challenged(bad_, "own", now_);
  EXPECT_FALSE(guard_.distrusts(bad_, "own", settings_, now_));
  EXPECT_TRUE(guard_.failed(bad_, "own", settings_, now_));
}

TEST_F(GuardTest, OverAStreamTheAddressIsProofEnough) {
  const auto stream = flow("tcp:1:198.51.100.1:9999#7");
  guard_.failed(stream, "x", settings_, now_);
  guard_.failed(stream, "x", settings_, now_);
  EXPECT_TRUE(guard_.failed(stream, "x", settings_, now_));
}

TEST_F(GuardTest, AFloodOfForgedSourcesForgivesNoWrongPassword) {
  fail(bad_);
  fail(bad_);
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    auto forged = good_;
    forged.peer.address = sip::Address::v4(0x0B000000U + i);
    guard_.message(forged, settings_, now_);
    guard_.request(forged, settings_, now_);
  }
  EXPECT_TRUE(fail(bad_));
}

TEST_F(GuardTest, AFloodOfForgedSourcesLiftsNoBan) {
  guard_.bans.add(source_of(bad_.peer.address), "test", 1h, ban_times(settings_), {now_, {}});
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    auto forged = good_;
    forged.peer.address = sip::Address::v4(0x0B000000U + i);
    guard_.message(forged, settings_, now_);
  }
  EXPECT_EQ(guard_.message(bad_, settings_, now_), Look::banned);
}

TEST_F(GuardTest, CountsNewRequestsOfASource) {
  int good = 0;
  while (guard_.request(bad_, settings_, now_)) ++good;
  EXPECT_EQ(good, 50);
  EXPECT_TRUE(guard_.request(good_, settings_, now_));
}

TEST_F(GuardTest, LimitsThePushesOfAnAddressWhoeverCalls) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(guard_.push(bad_, settings_, now_));
  EXPECT_FALSE(guard_.push(bad_, settings_, now_));
  EXPECT_TRUE(guard_.push(good_, settings_, now_));
  now_ += 30s;
  EXPECT_TRUE(guard_.push(bad_, settings_, now_));
}

TEST_F(GuardTest, ForgivesWhoseBanIsLifted) {
  for (int i = 0; i < 3; ++i) fail(bad_);
  guard_.forgive(source_of(bad_.peer.address));
  EXPECT_FALSE(fail(bad_));
}

TEST_F(GuardTest, TellsOfASourceOnceAMinute) {
  EXPECT_TRUE(guard_.worth_telling(bad_, now_));
  EXPECT_FALSE(guard_.worth_telling(bad_, now_ + 59s));
  EXPECT_TRUE(guard_.worth_telling(good_, now_));
  EXPECT_TRUE(guard_.worth_telling(bad_, now_ + 60s));
}

TEST_F(GuardTest, ExemptBlocksAndTrustedPeersAreExempt) {
  settings_.abuse.exempt = {*sip::AddressBlock::parse("198.51.100.0/31")};
  settings_.auth.trusted = {{*sip::AddressBlock::parse("198.51.100.2"), sip::Transport::tls}};
  EXPECT_TRUE(is_exempt(bad_, settings_));
  EXPECT_FALSE(is_exempt(good_, settings_));
  EXPECT_TRUE(is_exempt(flow("tls:1:198.51.100.2:9999#7"), settings_));
}

TEST(Scanner, IsKnownByTheBeginningOfItsUserAgent) {
  const Settings settings;
  for (const auto* agent : {"friendly-scanner", "sipcli/v1.8", "SIPCLI", "sundayddr", "pplsip",
                            "VaxSIPUserAgent/3.1", "sipvicious 0.3", "friendly-scanner "})
    EXPECT_TRUE(is_scanner(agent, settings)) << agent;
}

TEST(Scanner, IsNoPhone) {
  const Settings settings;
  for (const auto* agent :
       {"LinphoneiOS/5.2 (iPhone)", "Linphone-Desktop/5.1", "baresip v1.0.0", "Zoiper rv2.10",
        "CSipSimple_a5-21", "MicroSIP/3.21", "Grandstream GXP2170 1.0", "Yealink SIP-T46S",
        "snom870/8.7", "Cisco-SIPGateway/IOS-12", "sipclient/1.0", "sipp", "PJSUA v2.12",
        "Acrobits Softphone/5", "JsSIP 3.9", "Asterisk PBX 18", "not friendly-scanner", ""})
    EXPECT_FALSE(is_scanner(agent, settings)) << agent;
}

}  // namespace
}  // namespace proxy::admission
