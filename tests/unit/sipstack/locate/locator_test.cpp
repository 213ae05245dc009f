#include "sipstack/locate/locator.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sipstack/locate/zone.hpp"

namespace sip::locate::test {
namespace {

using Texts = std::vector<std::string>;

/// The zone of RFC 3263 section 4.1, with addresses.
Zone example() {
  Zone zone;
  zone.naptr("example.com", 50, 50, "SIPS+D2T", "_sips._tcp.example.com")
      .naptr("example.com", 90, 50, "SIP+D2T", "_sip._tcp.example.com")
      .naptr("example.com", 100, 50, "SIP+D2U", "_sip._udp.example.com")
      .srv("_sips._tcp.example.com", 0, 1, 5061, "server1.example.com")
      .srv("_sip._tcp.example.com", 0, 1, 5060, "server1.example.com")
      .srv("_sip._tcp.example.com", 1, 2, 5070, "server2.example.com")
      .srv("_sip._udp.example.com", 0, 1, 5060, "server1.example.com")
      .a("server1.example.com", "192.0.2.1")
      .a("server2.example.com", "192.0.2.2")
      .a("example.com", "192.0.2.9");
  return zone;
}

struct Row {
  const char* what;
  const char* uri;
  Texts asked;
  Texts targets;
};

TEST(Locator, FollowsEveryLineOfSection4) {
  const std::vector<Row> rows{
      {"a literal address, no port, no transport: UDP, 5060",
       "sip:192.0.2.7",
       {},
       {"udp:192.0.2.7:5060"}},
      {"a literal address of sips: TLS, 5061", "sips:192.0.2.7", {}, {"tls:192.0.2.7:5061"}},
      {"a literal address with port", "sip:192.0.2.7:5080", {}, {"udp:192.0.2.7:5080"}},
      {"a literal address with transport",
       "sip:[2001:db8::7];transport=tcp",
       {},
       {"tcp:[2001:db8::7]:5060"}},
      {"a literal address with transport TLS",
       "sip:192.0.2.7;transport=tls",
       {},
       {"tls:192.0.2.7:5061"}},
      {"maddr is the target", "sip:example.com;maddr=192.0.2.8", {}, {"udp:192.0.2.8:5060"}},
      {"a name with port: UDP and addresses alone",
       "sip:example.com:5070",
       {"A example.com"},
       {"udp:192.0.2.9:5070"}},
      {"a name with port of sips: TLS",
       "sips:example.com:5071",
       {"A example.com"},
       {"tls:192.0.2.9:5071"}},
      {"a name with port and transport",
       "sip:example.com:5070;transport=tcp",
       {"A example.com"},
       {"tcp:192.0.2.9:5070"}},
      {"a name with transport: no NAPTR",
       "sip:example.com;transport=tcp",
       {"SRV _sip._tcp.example.com", "A server1.example.com", "A server2.example.com"},
       {"tcp:192.0.2.1:5060", "tcp:192.0.2.2:5070"}},
      {"sips with transport tcp: TLS over it",
       "sips:example.com;transport=tcp",
       {"SRV _sips._tcp.example.com", "A server1.example.com"},
       {"tls:192.0.2.1:5061"}},
      {"a name alone: NAPTR, the lowest order",
       "sip:example.com",
       {"NAPTR example.com", "SRV _sips._tcp.example.com", "A server1.example.com"},
       {"tls:192.0.2.1:5061"}},
      {"a name of sips: only SIPS services",
       "sips:example.com",
       {"NAPTR example.com", "SRV _sips._tcp.example.com", "A server1.example.com"},
       {"tls:192.0.2.1:5061"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    auto zone = example();
    EXPECT_EQ(texts(zone.locate(uri(row.uri))), row.targets);
    EXPECT_EQ(zone.asked, row.asked);
  }
}

TEST(Locator, LeavesOutServicesOfTransportsItCannotUse) {
  auto zone = example();
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"), {Transport::udp, Transport::tcp})),
            (Texts{"tcp:192.0.2.1:5060", "tcp:192.0.2.2:5070"}));
}

TEST(Locator, TakesServicesOfOneOrderByPreference) {
  Zone zone;
  zone.naptr("example.com", 10, 20, "SIP+D2U", "_sip._udp.example.com")
      .naptr("example.com", 10, 10, "SIP+D2T", "_sip._tcp.example.com")
      .srv("_sip._udp.example.com", 0, 0, 5060, "a.example.com")
      .srv("_sip._tcp.example.com", 9, 0, 5062, "a.example.com")
      .a("a.example.com", "192.0.2.1");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"))),
            (Texts{"tcp:192.0.2.1:5062", "udp:192.0.2.1:5060"}));
}

TEST(Locator, AsksForSrvOfEachTransportWhenThereIsNoNaptr) {
  Zone zone;
  zone.srv("_sip._tcp.example.com", 0, 0, 5060, "a.example.com").a("a.example.com", "192.0.2.1");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"))), Texts{"tcp:192.0.2.1:5060"});
  EXPECT_EQ(zone.asked,
            (Texts{"NAPTR example.com", "SRV _sip._udp.example.com", "SRV _sip._tcp.example.com",
                   "SRV _sips._tcp.example.com", "A a.example.com"}));
}

TEST(Locator, AsksForSecureSrvOnlyWhenTheUriIsSips) {
  Zone zone;
  zone.a("example.com", "192.0.2.9");
  EXPECT_EQ(texts(zone.locate(uri("sips:example.com"))), Texts{"tls:192.0.2.9:5061"});
  EXPECT_EQ(zone.asked,
            (Texts{"NAPTR example.com", "SRV _sips._tcp.example.com", "A example.com"}));
}

TEST(Locator, FallsBackToTheNameItselfWithoutSrv) {
  Zone zone;
  zone.a("example.com", "192.0.2.9").a("example.com", "2001:db8::9");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"))),
            (Texts{"udp:192.0.2.9:5060", "udp:[2001:db8::9]:5060"}));
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com;transport=tls"))),
            (Texts{"tls:192.0.2.9:5061", "tls:[2001:db8::9]:5061"}));
}

TEST(Locator, GoesNowhereWhenTheDomainSaysThatThereIsNoService) {
  Zone zone;
  zone.srv("_sip._udp.example.com", 0, 0, 0, ".").a("example.com", "192.0.2.9");
  const auto located = zone.locate(uri("sip:example.com"));
  EXPECT_TRUE(located.ways.empty());
  EXPECT_EQ(located.failure, Failure::none);
}

TEST(Locator, KnowsTheServicesOfWebSocket) {
  Zone zone;
  zone.naptr("example.com", 1, 1, "SIPS+D2W", "_sips._ws.example.com")
      .naptr("example.com", 2, 1, "SIP+D2W", "_sip._ws.example.com")
      .srv("_sips._ws.example.com", 0, 0, 443, "a.example.com")
      .srv("_sip._ws.example.com", 0, 0, 80, "a.example.com")
      .a("a.example.com", "192.0.2.1");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"), {Transport::wss})),
            Texts{"wss:192.0.2.1:443"});
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"), {Transport::ws})), Texts{"ws:192.0.2.1:80"});
}

TEST(Locator, RefusesNaptrRecordsThatAreNotOfSip) {
  Zone zone;
  zone.naptr("example.com", 1, 1, "SIP+D2U", "_sip._udp.example.com", "u")
      .naptr("example.com", 1, 2, "SIP+D2S", "_sip._sctp.example.com")
      .naptr("example.com", 1, 3, "E2U+sip", "_sip._udp.example.com")
      .naptr("example.com", 1, 4, "SIP+D2T", "bad name.example.com")
      .naptr("example.com", 2, 1, "sip+d2t", "_SIP._tcp.Example.com.", "S")
      .srv("_sip._tcp.example.com", 0, 0, 5060, "a.example.com")
      .a("a.example.com", "192.0.2.1");
  zone.answers[{"example.com", Kind::naptr}].records.push_back(
      {"example.com", zone.ttl, Naptr{0, 0, "s", "SIP+D2U", "!^.*$!sip:evil@example.org!", ""}});
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"))), Texts{"tcp:192.0.2.1:5060"});
}

TEST(Locator, FollowsAnAliasToItsEnd) {
  Zone zone;
  const Question question{"example.com", Kind::address};
  zone.add(question, {"Example.com.", zone.ttl, Alias{"b.example.net"}})
      .add(question, {"b.example.net", std::chrono::seconds{7}, Alias{"c.example.net"}})
      .add(question, {"c.example.net", zone.ttl, *Address::parse("192.0.2.3")});
  const auto located = zone.locate(uri("sip:example.com:5060"));
  EXPECT_EQ(texts(located), Texts{"udp:192.0.2.3:5060"});
  EXPECT_EQ(located.ttl, std::chrono::seconds{7});
}

TEST(Locator, FindsNothingBehindAliasesInACircle) {
  Zone zone;
  const Question question{"example.com", Kind::address};
  zone.add(question, {"example.com", zone.ttl, Alias{"b.example.com"}})
      .add(question, {"b.example.com", zone.ttl, Alias{"example.com"}})
      .add(question, {"b.example.com", zone.ttl, *Address::parse("192.0.2.3")});
  const auto located = zone.locate(uri("sip:example.com:5060"));
  EXPECT_TRUE(located.ways.empty());
  EXPECT_EQ(located.failure, Failure::no_name);
}

TEST(Locator, GivesUpAChainOfNineAliases) {
  for (const int links : {8, 9}) {
    Zone zone;
    const Question question{"n0.example.com", Kind::address};
    const auto name = [](int i) { return "n" + std::to_string(i) + ".example.com"; };
    for (int i = 0; i < links; ++i) zone.add(question, {name(i), zone.ttl, Alias{name(i + 1)}});
    zone.add(question, {name(links), zone.ttl, *Address::parse("192.0.2.3")});
    EXPECT_EQ(zone.locate(uri("sip:n0.example.com:5060")).ways.size(), links == 8 ? 1U : 0U);
  }
}

TEST(Locator, TakesNoRecordOfAnotherName) {
  Zone zone;
  zone.add({"example.com", Kind::address},
           {"other.example.com", zone.ttl, *Address::parse("192.0.2.66")});
  EXPECT_TRUE(zone.locate(uri("sip:example.com:5060")).ways.empty());
}

TEST(Locator, TakesNoRecordOfAnotherKind) {
  Zone zone;
  zone.add({"_sip._udp.example.com", Kind::srv},
           {"_sip._udp.example.com", zone.ttl, *Address::parse("192.0.2.66")});
  zone.a("example.com", "192.0.2.9");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com;transport=udp"))), Texts{"udp:192.0.2.9:5060"});
}

TEST(Locator, RefusesTargetsThatNobodyCanBeAt) {
  Zone zone;
  const std::string name = "_sip._udp.example.com";
  zone.srv(name, 0, 0, 0, "a.example.com")
      .srv(name, 0, 0, 5060, "192.0.2.1")
      .srv(name, 0, 0, 5060, "a b.example.com")
      .srv(name, 0, 0, 5060, std::string(300, 'a') + ".com")
      .srv(name, 0, 0, 5060, std::string(64, 'a') + ".com")
      .srv(name, 1, 0, 5060, "good.example.com")
      .a("good.example.com", "0.0.0.0")
      .a("good.example.com", "192.0.2.4");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com;transport=udp"))), Texts{"udp:192.0.2.4:5060"});
}

TEST(Locator, HoldsAThousandRecordsToItsBounds) {
  Zone zone;
  for (std::uint16_t i = 0; i < 1000; ++i) {
    const auto host = "h" + std::to_string(i) + ".example.com";
    zone.srv("_sip._udp.example.com", i, 0, 5060, host);
    for (int j = 0; j < 20; ++j) zone.a(host, "10.0.0." + std::to_string(j + 1));
  }
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com;transport=udp"))).size(), 8U);
  EXPECT_EQ(zone.asked.size(), 17U);
}

TEST(Locator, CountsAnAbsurdTtlAsNone) {
  for (const std::int64_t seconds : {-1LL, 0x80000000LL, 0xFFFFFFFFLL}) {
    Zone zone;
    zone.ttl = std::chrono::seconds{seconds};
    zone.a("example.com", "192.0.2.9");
    EXPECT_EQ(zone.locate(uri("sip:example.com:5060")).ttl, std::chrono::seconds{0});
  }
}

TEST(Locator, KeepsTheShortestTtlOfAllItUsed) {
  Zone zone;
  zone.ttl = std::chrono::seconds{40};
  zone.srv("_sip._udp.example.com", 0, 0, 5060, "a.example.com");
  zone.ttl = std::chrono::seconds{90};
  zone.a("a.example.com", "192.0.2.1");
  EXPECT_EQ(zone.locate(uri("sip:example.com;transport=udp")).ttl, std::chrono::seconds{40});
}

TEST(Locator, StopsAtOnceWhenNobodyAnswers) {
  Zone zone;
  zone.fails("example.com", Kind::naptr, Failure::timeout);
  EXPECT_EQ(zone.locate(uri("sip:example.com")).failure, Failure::timeout);
  EXPECT_EQ(zone.asked.size(), 1U);
}

TEST(Locator, GoesOnWhenAServerKnowsNoNaptr) {
  Zone zone;
  zone.fails("example.com", Kind::naptr, Failure::refused)
      .srv("_sip._udp.example.com", 0, 0, 5060, "a.example.com")
      .a("a.example.com", "192.0.2.1");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com"))), Texts{"udp:192.0.2.1:5060"});
}

TEST(Locator, DoesNotFallBackToTheNameWhenSrvCouldNotBeAsked) {
  Zone zone;
  zone.fails("_sip._udp.example.com", Kind::srv, Failure::refused).a("example.com", "192.0.2.9");
  const auto located = zone.locate(uri("sip:example.com;transport=udp"));
  EXPECT_TRUE(located.ways.empty());
  EXPECT_EQ(located.failure, Failure::refused);
}

TEST(Locator, LeavesOutAHostWithoutAddress) {
  Zone zone;
  zone.srv("_sip._udp.example.com", 0, 0, 5060, "gone.example.com")
      .srv("_sip._udp.example.com", 1, 0, 5060, "a.example.com")
      .a("a.example.com", "192.0.2.1");
  EXPECT_EQ(texts(zone.locate(uri("sip:example.com;transport=udp"))), Texts{"udp:192.0.2.1:5060"});
}

TEST(Locator, HearsNoAnswerTwiceAndNoneToWhatItDidNotAsk) {
  Locator locator{uri("sip:example.com:5060"), {Transport::udp}};
  const auto questions = locator.begin();
  ASSERT_EQ(questions.size(), 1U);
  const Answer answer{{{"example.com", std::chrono::seconds{9}, *Address::parse("192.0.2.1")}},
                      Failure::none};
  locator.on_answer({"other.example.com", Kind::address}, answer);
  locator.on_answer({"example.com", Kind::srv}, answer);
  EXPECT_FALSE(locator.done());
  locator.on_answer(questions[0], answer);
  EXPECT_TRUE(locator.done());
  const auto first = locator.located();
  locator.on_answer(questions[0], {{}, Failure::timeout});
  EXPECT_EQ(locator.located(), first);
}

TEST(Locator, AsksNothingAboutWhatIsNoName) {
  for (const char* text : {"sip:300.1.1.1", "sip:a-.1"}) {
    const auto parsed = UriView::parse(text);
    if (!parsed) continue;
    Zone zone;
    EXPECT_EQ(zone.locate(*Wanted::from(*parsed)).failure, Failure::no_name) << text;
    EXPECT_TRUE(zone.asked.empty()) << text;
  }
  Zone zone;
  EXPECT_EQ(zone.locate({std::string(254, 'a'), 0, {}, false}).failure, Failure::no_name);
  EXPECT_TRUE(zone.asked.empty());
}

TEST(Locator, KnowsNoWayOverATransportItDoesNotHave) {
  Zone zone;
  zone.a("example.com", "192.0.2.9");
  EXPECT_TRUE(zone.locate(uri("sip:example.com;transport=tls"), {Transport::udp}).ways.empty());
  EXPECT_TRUE(zone.locate(uri("sips:example.com"), {Transport::udp}).ways.empty());
  EXPECT_TRUE(zone.locate(uri("sip:192.0.2.1;transport=tcp"), {Transport::udp}).ways.empty());
}

}  // namespace
}  // namespace sip::locate::test
