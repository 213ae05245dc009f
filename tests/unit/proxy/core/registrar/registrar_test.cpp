#include "proxy/core/registrar/registrar.hpp"

#include <gtest/gtest.h>

#include <string>

namespace proxy::registrar {
namespace {

using namespace std::chrono_literals;

/// A directory with one user and REGISTERs that come in at given times.
class Bench {
 public:
  Bench() { directory_.put_user({1, "bob@example.com", "Bob", "", "", "", true, {}}); }

  Outcome registers(const std::string& headers, const std::string& flow = "udp:0:192.0.2.7:5060") {
    auto message = sip::Message::parse(
        "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
        "From: <sip:bob@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n" +
        headers + "\r\n");
    EXPECT_TRUE(message.has_value());
    RegisterRequest request;
    if (auto refusal = read_register(*message, settings, request)) {
      Outcome outcome;
      outcome.refusal = std::move(refusal);
      return outcome;
    }
    return carry_out(request, *sip::parse_flow(flow), *directory_.find_user("bob@example.com"),
                     directory_, settings, now);
  }
  Outcome registers_contact(const std::string& contact, int cseq,
                            const std::string& flow = "udp:0:192.0.2.7:5060") {
    return registers("Call-ID: c1\r\nCSeq: " + std::to_string(cseq) +
                         " REGISTER\r\nContact: " + contact + "\r\n",
                     flow);
  }
  std::vector<std::string> list() {
    return contact_list(*directory_.find_user("bob@example.com"), directory_, now.mono,
                        *sip::parse_flow("udp:0:192.0.2.7:5060"));
  }
  std::size_t devices() { return directory_.find_user("bob@example.com")->devices.size(); }
  void wait(sip::Duration length) {
    now.mono += length;
    now.wall += length;
  }

  Settings settings;
  sip::Instant now{sip::TimePoint{1s}, sip::WallTime{1'000'000s}};
  Directory directory_;
};

using Lines = std::vector<std::string>;

TEST(Registrar, AddsRefreshesAndRemovesAContact) {
  Bench b;
  EXPECT_FALSE(b.registers_contact("<sip:bob@10.0.0.7>;expires=300", 1).refusal);
  EXPECT_EQ(b.list(), (Lines{"<sip:bob@10.0.0.7>;expires=300"}));
  b.wait(100s);
  EXPECT_FALSE(b.registers_contact("<sip:bob@10.0.0.7>;expires=300", 2).refusal);
  EXPECT_EQ(b.list(), (Lines{"<sip:bob@10.0.0.7>;expires=300"}));
  EXPECT_FALSE(b.registers_contact("<sip:bob@10.0.0.7>;expires=0", 3).refusal);
  EXPECT_EQ(b.list(), Lines{});
  EXPECT_EQ(b.devices(), 0U);
}

TEST(Registrar, WritesARefreshAsOneNarrowRow) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>", 1);
  const auto refresh = b.registers_contact("<sip:bob@10.0.0.7>", 2);
  ASSERT_EQ(refresh.rows.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<record::BindingRefresh>(refresh.rows.front()));
}

TEST(Registrar, StoresWhenAPhoneWasSeenOnceTheStoredTimeIsHalfAMinuteOld) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>", 1);
  b.wait(29s);
  EXPECT_EQ(b.registers_contact("<sip:bob@10.0.0.7>", 2).rows.size(), 1U);
  b.wait(1s);
  const auto seen = b.registers_contact("<sip:bob@10.0.0.7>", 3);
  ASSERT_EQ(seen.rows.size(), 2U);
  EXPECT_EQ(std::get<record::DeviceSeen>(seen.rows.front()), (record::DeviceSeen{1, b.now.wall}));
  b.wait(29s);
  EXPECT_EQ(b.registers_contact("<sip:bob@10.0.0.7>", 4).rows.size(), 1U);
}

TEST(Registrar, StoresWhenAPhoneWasSeenAfterTheClockWasSetBack) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>", 1);
  b.now.wall -= 1h;
  EXPECT_EQ(b.registers_contact("<sip:bob@10.0.0.7>", 2).rows.size(), 2U);
}

TEST(Registrar, StoresAgainThatAPhoneWasSeenWhenTheFirstCommitFailed) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>", 1);
  b.wait(40s);
  auto lost = b.registers_contact("<sip:bob@10.0.0.7>", 2);
  undo(lost, b.directory_);
  EXPECT_EQ(b.registers_contact("<sip:bob@10.0.0.7>", 2).rows.size(), 2U);
}

TEST(Registrar, RefusesAnOlderCSeqOfTheSameCallId) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>;expires=300", 5);
  const auto older = b.registers_contact("<sip:bob@10.0.0.7>;expires=0", 4);
  ASSERT_TRUE(older.refusal);
  EXPECT_EQ(older.refusal->status, 400);
  EXPECT_EQ(b.list().size(), 1U);
}

TEST(Registrar, ClampsLongExpiriesAndRefusesBriefOnes) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>;expires=31535999", 1);
  EXPECT_EQ(b.list(), (Lines{"<sip:bob@10.0.0.7>;expires=3600"}));
  const auto brief = b.registers_contact("<sip:bob@10.0.0.7>;expires=5", 2);
  ASSERT_TRUE(brief.refusal);
  EXPECT_EQ(brief.refusal->status, 423);
  EXPECT_EQ(brief.refusal->min_expires, 60s);
}

TEST(Registrar, TakesTheExpiresHeaderWhenTheContactHasNone) {
  Bench b;
  b.registers("Call-ID: c1\r\nCSeq: 1 REGISTER\r\nExpires: 120\r\nContact: <sip:bob@10.0.0.7>\r\n");
  EXPECT_EQ(b.list(), (Lines{"<sip:bob@10.0.0.7>;expires=120"}));
}

TEST(Registrar, StarRemovesAllContactsAndOnlyWithExpires0) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>, <sip:bob@10.0.0.8>", 1);
  EXPECT_EQ(b.list().size(), 2U);
  const auto wrong = b.registers("Call-ID: c1\r\nCSeq: 2 REGISTER\r\nContact: *\r\n");
  ASSERT_TRUE(wrong.refusal);
  EXPECT_EQ(wrong.refusal->status, 400);
  EXPECT_EQ(b.list().size(), 2U);
  b.registers("Call-ID: c1\r\nCSeq: 3 REGISTER\r\nExpires: 0\r\nContact: *\r\n");
  EXPECT_EQ(b.list(), Lines{});
}

TEST(Registrar, StarFromOnePhoneLeavesTheOthersWakeable) {
  Bench b;
  const std::string push = ";pn-provider=webhook;pn-param=x;pn-prid=";
  b.registers_contact("<sip:bob@10.0.0.7" + push + "T1>;+sip.instance=\"<urn:a>\"", 1,
                      "udp:0:192.0.2.1:5060");
  b.registers("Call-ID: c2\r\nCSeq: 1 REGISTER\r\nContact: <sip:bob@10.0.0.8" + push +
                  "T2>;+sip.instance=\"<urn:b>\"\r\n",
              "udp:0:192.0.2.2:5060");
  b.registers("Call-ID: c2\r\nCSeq: 2 REGISTER\r\nExpires: 0\r\nContact: *\r\n",
              "udp:0:192.0.2.2:5060");
  EXPECT_EQ(b.list(), Lines{});
  EXPECT_EQ(b.devices(), 1U);  // the one that asked is gone, the other one sleeps
}

std::string apple_contact(const std::string& instance, const std::string& prid) {
  return "<sip:bob@10.0.0.7;pn-provider=apns;pn-param=DEF1234567.com.example.phone.voip&remote"
         ";pn-prid=" +
         prid + ">;+sip.instance=\"<" + instance + ">\"";
}

TEST(Registrar, SaysWhyADeviceLostItsTokenToAnotherUntilItRegistersAgain) {
  Bench b;
  const std::string token(64, 'a');
  b.registers_contact(apple_contact("urn:a", token + ":voip"), 1);
  b.registers("Call-ID: c2\r\nCSeq: 1 REGISTER\r\nContact: " +
              apple_contact("urn:b", token + ":voip") + "\r\n");
  const auto first = b.directory_.find_user("bob@example.com")->devices.front();
  const auto& loser = b.directory_.device(first)->row;
  EXPECT_FALSE(loser.push);
  EXPECT_TRUE(loser.token_dead.starts_with("superseded")) << loser.token_dead;
  EXPECT_EQ(loser.token_dead_at, b.now.wall);
  b.registers_contact(apple_contact("urn:a", std::string(64, 'b') + ":voip"), 2);
  EXPECT_TRUE(loser.push);
  EXPECT_EQ(loser.token_dead, "");
}

TEST(Registrar, KeepsTheTokenItKnowsWhenOneComesDamaged) {
  Bench b;
  const std::string good = std::string(64, 'a') + ":voip&" + std::string(64, 'b') + ":remote";
  b.registers_contact(apple_contact("urn:a", good), 1);
  b.registers_contact(apple_contact("urn:a", ":voip&" + std::string(64, 'b') + ":remote"), 2);
  const auto device = b.directory_.find_user("bob@example.com")->devices.front();
  EXPECT_EQ(b.directory_.device(device)->row.push.prid, good);
}

TEST(Registrar, ForgetsWhatWasLearnedOfAnOlderToken) {
  Bench b;
  b.registers_contact(apple_contact("urn:a", std::string(64, 'a')), 1);
  const auto id = b.directory_.find_user("bob@example.com")->devices.front();
  auto& row = b.directory_.device(id)->row;
  row.environment = record::Environment::sandbox;
  b.registers_contact(apple_contact("urn:a", std::string(64, 'a')), 2);
  EXPECT_EQ(row.environment, record::Environment::sandbox) << "the same token";
  b.registers_contact(apple_contact("urn:a", std::string(64, 'c')), 3);
  EXPECT_EQ(row.environment, record::Environment::as_registered);
}

TEST(Registrar, TakesTheKeysOfASubscriptionAndWhetherThePhoneWakesItself) {
  Bench b;
  b.registers_contact(
      "<sip:bob@10.0.0.7;pn-provider=webpush;pn-prid=https%3A//push.test/1;x-pn-p256dh=key"
      ";x-pn-auth=auth>;+sip.instance=\"<urn:a>\";+sip.pnsreg",
      1);
  const auto id = b.directory_.find_user("bob@example.com")->devices.front();
  const auto& row = b.directory_.device(id)->row;
  EXPECT_EQ(row.push.prid, "https://push.test/1");
  EXPECT_EQ(row.push.keys, "key:auth");
  EXPECT_TRUE(row.wakes_itself);
}

TEST(Registrar, TheNewestRegisterOfAnInstanceReplacesItsContact) {
  Bench b;
  const std::string instance = ";+sip.instance=\"<urn:uuid:1>\"";
  b.registers_contact("<sip:bob@10.0.0.7:1111>" + instance, 1);
  b.registers_contact("<sip:bob@10.0.0.7:2222>" + instance, 2);
  EXPECT_EQ(b.list(),
            (Lines{"<sip:bob@10.0.0.7:2222>;expires=600;+sip.instance=\"<urn:uuid:1>\""}));
  EXPECT_EQ(b.devices(), 1U);
}

/// A REGISTER of one flow of an instance, from a phone that says `supported`.
std::string flow_register(int reg_id, const std::string& supported, const std::string& more = {}) {
  const std::string number = std::to_string(reg_id);
  return "Call-ID: c" + number + "\r\nCSeq: 1 REGISTER\r\nSupported: " + supported +
         "\r\nContact: <sip:bob@10.0.0.7:" + number +
         "111>;+sip.instance=\"<urn:uuid:1>\";reg-id=" + number + "\r\n" + more;
}

TEST(Registrar, KeepsOneContactForEachRegId) {
  Bench b;
  b.registers(flow_register(1, "path, Outbound"));
  b.registers(flow_register(2, "outbound"));
  EXPECT_EQ(b.list().size(), 2U);
  EXPECT_EQ(b.devices(), 1U);
}

TEST(Registrar, IgnoresTheRegIdOfAPhoneWithoutOutbound) {
  Bench b;
  b.registers(flow_register(1, "path"));
  b.registers(flow_register(2, "outbound-not"));
  EXPECT_EQ(b.list(),
            (Lines{"<sip:bob@10.0.0.7:2111>;expires=600;+sip.instance=\"<urn:uuid:1>\""}));
}

TEST(Registrar, RefusesOutboundThroughAProxyThatKeepsNoFlow) {
  const std::string via = "Via: SIP/2.0/UDP edge;branch=z9hG4bK2\r\n";
  Bench b;
  for (const std::string path : {"", "Path: <sip:edge;lr>\r\n", "Path: <sip:ob@edge;lr>\r\n"}) {
    const auto outcome = b.registers(flow_register(1, "outbound", via + path));
    ASSERT_TRUE(outcome.refusal) << path;
    EXPECT_EQ(outcome.refusal->status, 439) << path;
  }
  EXPECT_TRUE(b.list().empty());
  EXPECT_FALSE(b.registers(flow_register(1, "path", via)).refusal) << "it asks for no outbound";
  EXPECT_FALSE(b.registers(flow_register(2, "outbound")).refusal) << "nothing in between";
}

TEST(Registrar, TakesOutboundThroughAProxyThatKeepsTheFlow) {
  Bench b;
  const auto outcome =
      b.registers(flow_register(1, "outbound",
                                "Via: SIP/2.0/UDP edge;branch=z9hG4bK2\r\n"
                                "Path: <sip:core;lr>, <sip:token@edge;lr;ob>\r\n"));
  EXPECT_FALSE(outcome.refusal);
  EXPECT_EQ(b.list().size(), 1U);
}

TEST(Registrar, ANetworkChangeKeepsTheDevice) {
  Bench b;
  const std::string instance = ";+sip.instance=\"<urn:uuid:1>\"";
  b.registers_contact("<sip:bob@10.0.0.7>" + instance, 1);
  const auto change = b.registers_contact(
      "<sip:bob@10.0.0.7>" + instance + ";expires=0, <sip:bob@172.16.0.9>" + instance, 2);
  EXPECT_TRUE(change.went.empty());
  EXPECT_EQ(b.devices(), 1U);
  EXPECT_EQ(b.list().size(), 1U);
}

TEST(Registrar, AnOldContactThatWasReplacedMeansNobody) {
  Bench b;
  const std::string instance = ";+sip.instance=\"<urn:uuid:1>\"";
  b.registers_contact("<sip:bob@10.0.0.7:1111>" + instance, 1);
  b.registers_contact("<sip:bob@10.0.0.7:2222>" + instance, 2);
  b.registers_contact("<sip:bob@10.0.0.7:1111>" + instance + ";expires=0", 3);
  EXPECT_EQ(b.list().size(), 1U);
}

TEST(Registrar, LimitsTheContactsOfAUser) {
  Bench b;
  b.settings.registrar.max_contacts = 2;
  EXPECT_FALSE(b.registers_contact("<sip:a@10.0.0.1>, <sip:a@10.0.0.2>", 1).refusal);
  const auto third = b.registers_contact("<sip:a@10.0.0.3>", 2);
  ASSERT_TRUE(third.refusal);
  EXPECT_EQ(third.refusal->status, 403);
  EXPECT_FALSE(b.registers_contact("<sip:a@10.0.0.2>", 3).refusal);
}

TEST(Registrar, LimitsTheContactsOfAUserToHisOwnLimit) {
  Bench b;
  b.settings.registrar.max_contacts = 1;
  auto row = b.directory_.find_user("bob@example.com")->row;
  row.max_contacts = 2;
  b.directory_.put_user(row);
  EXPECT_FALSE(b.registers_contact("<sip:a@10.0.0.1>, <sip:a@10.0.0.2>", 1).refusal);
  EXPECT_EQ(b.registers_contact("<sip:a@10.0.0.3>", 2).refusal->status, 403);
}

TEST(Registrar, AContactThatExpiresLeavesItsDeviceAsleep) {
  Bench b;
  b.registers_contact("<sip:b@10.0.0.7;pn-provider=apns;pn-prid=T;pn-param=p>;expires=60", 1);
  b.wait(61s);
  const auto expired = b.directory_.pop_expired(b.now.mono);
  ASSERT_TRUE(expired);
  EXPECT_EQ(b.list(), Lines{});
  ASSERT_EQ(b.devices(), 1U);
  EXPECT_EQ(b.directory_.device(expired->device)->row.push.prid, "T");
}

TEST(Registrar, TheNewestInstanceOwnsAToken) {
  Bench b;
  const std::string uri = "<sip:b@10.0.0.7;pn-provider=apns;pn-prid=T;pn-param=p>";
  b.registers_contact(uri + ";+sip.instance=\"<urn:old>\"", 1);
  b.registers("Call-ID: c2\r\nCSeq: 1 REGISTER\r\nContact: " + uri +
              ";+sip.instance=\"<urn:new>\"\r\n");
  std::vector<std::string> owners;
  for (const auto id : b.directory_.find_user("bob@example.com")->devices)
    if (const auto* d = b.directory_.device(id); d->row.push) owners.push_back(d->row.instance);
  EXPECT_EQ(owners, std::vector<std::string>{"urn:new"});
}

TEST(Registrar, UndoPutsBackWhatWas) {
  Bench b;
  b.registers_contact("<sip:bob@10.0.0.7>;expires=300", 1);
  auto change = b.registers_contact("<sip:bob@10.0.0.7>;expires=0, <sip:bob@10.0.0.8>", 2);
  EXPECT_EQ(b.list(), (Lines{"<sip:bob@10.0.0.8>;expires=600"}));
  undo(change, b.directory_);
  EXPECT_EQ(b.list(), (Lines{"<sip:bob@10.0.0.7>;expires=300"}));
  EXPECT_EQ(b.devices(), 1U);
}

TEST(Registrar, TakesTheCoordinatesThatMizusPhonesSayInAHeader) {
  const auto push_of = [](const std::string& header, const std::string& params) {
    Bench b;
    b.registers("Call-ID: c1\r\nCSeq: 1 REGISTER\r\nX-MPUSH: " + header +
                "\r\nContact: <sip:b@10.0.0.7" + params + ">\r\n");
    const auto& ids = b.directory_.find_user("bob@example.com")->devices;
    return ids.empty() ? record::PushTarget{} : b.directory_.device(ids.front())->row.push;
  };
  EXPECT_EQ(push_of("i:com.example.phone:AA", ""),
            (record::PushTarget{"apns", "com.example.phone", "AA"}));
  EXPECT_EQ(push_of("i:com.example.phone:AA", ";pn-provider=fcm;pn-param=p;pn-prid=T").provider,
            "fcm");
  for (const auto* none : {"i:", "i:AA", "i::AA", "i:com.example.phone:", "x:com.example:AA"})
    EXPECT_FALSE(push_of(none, "")) << none;
}

TEST(PushTarget, ReadsRfc8599AndTheOlderLinphoneParameters) {
  const auto modern =
      push_target("sip:b@h;pn-provider=apns.dev;pn-param=TEAM.org.app.voip;pn-prid=AA%3avoip");
  EXPECT_EQ(modern, (record::PushTarget{"apns.dev", "TEAM.org.app.voip", "AA:voip"}));
  const auto older = push_target("sip:b@h;app-id=org.app.voip.dev;pn-type=apple;pn-tok=BB");
  EXPECT_EQ(older, (record::PushTarget{"apns.dev", "org.app.voip.dev", "BB"}));
  EXPECT_FALSE(push_target("sip:b@h;pn-provider=apns"));
  EXPECT_FALSE(push_target("sip:b@h"));
  EXPECT_FALSE(push_target("tel:123"));
}

}  // namespace
}  // namespace proxy::registrar
