#include "proxy/core/engine/proven_flows.hpp"

#include <gtest/gtest.h>

#include "proxy/core/engine/engine.hpp"
#include "tests/support/seeded_ids.hpp"

namespace proxy {
namespace {

sip::Flow flow(int connection) {
  return *sip::parse_flow("tls:0:203.0.113.9:5061#" + std::to_string(connection));
}

record::Trunk trunk(std::int64_t id, std::string certificate) {
  record::Trunk row;
  row.id = id;
  row.name = "t" + std::to_string(id);
  row.inbound_certificate = std::move(certificate);
  return row;
}

using Owners = ProvenFlows::Owners;

TEST(ProvenFlows, AreATrunksByOneOfTheirDomains) {
  ProvenFlows flows;
  flows.opened(flow(1), {"x.example", "a.example"}, 9);
  flows.opened(flow(2), {"b.example"}, 9);
  flows.opened(flow(3), {"c.example"}, 9);
  const ProvenFlows::Rows rows{{7, trunk(7, "A.Example")}, {8, trunk(8, "b.example")}};
  EXPECT_EQ(flows.owners(rows), (Owners{{flow(1), 7}, {flow(2), 8}}));
}

TEST(ProvenFlows, AreTheLowestTrunksWhenTheySpeakForSeveral) {
  ProvenFlows flows;
  flows.opened(flow(1), {"b.example", "a.example"}, 9);
  EXPECT_EQ(flows.owners({{7, trunk(7, "a.example")}, {8, trunk(8, "b.example")}}),
            (Owners{{flow(1), 7}}));
}

TEST(ProvenFlows, AreNobodysByADisabledTrunkOrOneWithoutACertificate) {
  ProvenFlows flows;
  flows.opened(flow(1), {"a.example"}, 9);
  auto off = trunk(7, "a.example");
  off.enabled = false;
  EXPECT_EQ(flows.owners({{7, off}, {8, trunk(8, "")}}), Owners{});
}

TEST(ProvenFlows, AreForgottenWhenTheyEnd) {
  ProvenFlows flows;
  flows.opened(flow(1), {"a.example"}, 9);
  flows.closed(flow(1));
  EXPECT_EQ(flows.owners({{7, trunk(7, "a.example")}}), Owners{});
}

TEST(ProvenFlows, AreKeptUpToALimit) {
  ProvenFlows flows;
  for (int i = 1; i <= 5; ++i) flows.opened(flow(i), {"a.example"}, 3);
  EXPECT_EQ(flows.owners({{7, trunk(7, "a.example")}}).size(), 3U);
}

/// An engine with trunks over TLS.
class Secure : public ::testing::Test {
 protected:
  explicit Secure(std::string pbx = {}, std::string pbx_name = {}) {
    auto settings = std::make_shared<Settings>();
    settings->domains = {"example.com"};
    settings->tls.client_ca = "clients.pem";
    const auto at = *sip::Endpoint::parse("192.0.2.1:5061");
    settings->listeners = {{sip::Transport::tls, at, {}}};
    settings->locals = {{sip::Transport::tls, at, "192.0.2.1", 5061}};
    if (!pbx.empty())
      settings->pbx = Settings::Pbx{std::move(pbx), 5061, sip::Transport::tls, std::move(pbx_name)};
    engine_ = std::make_unique<Engine>(settings, ids_);
    engine_->restore({}, now_, out_);
  }
  void add(std::string name, std::string target, std::string tls_name = {},
           std::string certificate = {}) {
    record::TrunkFields fields;
    fields.name = std::move(name);
    fields.targets = std::move(target);
    fields.tls_name = std::move(tls_name);
    fields.inbound_certificate = std::move(certificate);
    tell(AdminRequest{RequestId{1}, AddTrunk{fields}, {}});
  }
  void tell(Event event) { engine_->on(std::move(event), now_, out_); }
  /// What is expected of whom, as it was said last.
  std::map<std::string, std::string> expected() {
    for (auto& action : out_.drain())
      if (const auto* expect = std::get_if<Expect>(&action)) {
        said_.clear();
        for (const auto& [peer, name] : expect->names) said_[peer.to_string()] = name;
      }
    return said_;
  }
  /// The status of the answer to an OPTIONS for somebody on this flow.
  std::string asks(const sip::Flow& from) {
    out_.drain();
    const auto branch = std::to_string(++requests_);
    tell(MessageReceived{from,
                         "OPTIONS sip:bob@example.com SIP/2.0\r\n"
                         "Via: SIP/2.0/TLS 203.0.113.9;branch=z9hG4bK" +
                             branch +
                             "\r\nMax-Forwards: 70\r\nFrom: <sip:a@x.example>;tag=1\r\n"
                             "To: <sip:bob@example.com>\r\nCall-ID: c" +
                             branch + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"});
    for (auto& action : out_.drain())
      if (const auto* send = std::get_if<Send>(&action)) return send->bytes->substr(8, 3);
    return "none";
  }

  test::SeededIds ids_;
  sip::Instant now_{sip::TimePoint{std::chrono::hours{1}}, {}};
  Outbox<Action> out_;
  std::unique_ptr<Engine> engine_;
  std::map<std::string, std::string> said_;
  int requests_{0};
};

TEST_F(Secure, EveryTrunkIsExpectedByItsOwnName) {
  add("one", "192.0.2.11;transport=tls", "one.example");
  add("two", "192.0.2.12;transport=tls", "two.example");
  EXPECT_EQ(expected(), (std::map<std::string, std::string>{{"192.0.2.11:5061", "one.example"},
                                                            {"192.0.2.12:5061", "two.example"}}));
}

TEST_F(Secure, ATrunkThatIsRenamedInItsCertificateIsExpectedByTheNewName) {
  add("one", "192.0.2.11;transport=tls", "one.example");
  record::TrunkFields fields;
  fields.tls_name = "new.example";
  tell(AdminRequest{RequestId{2}, ChangeTrunk{{0, "one"}, fields}, {}});
  EXPECT_EQ(expected().at("192.0.2.11:5061"), "new.example");
}

class SecureBesideAPbx : public Secure {
 protected:
  SecureBesideAPbx() : Secure{"192.0.2.10", "pbx.example"} {}
};

TEST_F(SecureBesideAPbx, APbxIsExpectedByItsNameBesideTheTrunks) {
  add("one", "192.0.2.11;transport=tls", "one.example");
  EXPECT_EQ(expected(), (std::map<std::string, std::string>{{"192.0.2.10:5061", "pbx.example"},
                                                            {"192.0.2.11:5061", "one.example"}}));
}

TEST_F(Secure, AConnectionIsTheTrunksWhetherItComesBeforeTheTrunkOrAfter) {
  tell(FlowOpened{flow(1), {"one.example"}});
  EXPECT_EQ(asks(flow(1)), "407");
  add("one", "192.0.2.11;transport=tls", {}, "one.example");
  EXPECT_EQ(asks(flow(1)), "404");
  tell(FlowOpened{flow(2), {"one.example"}});
  EXPECT_EQ(asks(flow(2)), "404");
  EXPECT_EQ(asks(flow(3)), "407") << "another connection from the same address";
}

TEST_F(Secure, AConnectionThatHasEndedProvesNothing) {
  add("one", "192.0.2.11;transport=tls", {}, "one.example");
  tell(FlowOpened{flow(1), {"one.example"}});
  EXPECT_EQ(asks(flow(1)), "404");
  tell(FlowClosed{flow(1)});
  EXPECT_EQ(asks(flow(1)), "407");
}

TEST_F(Secure, NewSettingsLeaveAConnectionTheTrunks) {
  add("one", "192.0.2.11;transport=tls", {}, "one.example");
  tell(FlowOpened{flow(1), {"one.example"}});
  auto settings = std::make_shared<Settings>();
  settings->domains = {"example.com"};
  tell(SettingsChanged{settings});
  EXPECT_EQ(asks(flow(1)), "404");
}

TEST_F(Secure, ATrunkThatIsRemovedTakesItsConnectionsRightWithIt) {
  add("one", "192.0.2.11;transport=tls", {}, "one.example");
  tell(FlowOpened{flow(1), {"one.example"}});
  tell(AdminRequest{RequestId{2}, RemoveTrunk{{0, "one"}}, {}});
  EXPECT_EQ(asks(flow(1)), "407");
}

}  // namespace
}  // namespace proxy
