#include <gtest/gtest.h>

#include <memory>

#include "proxy/core/engine/bookkeeping.hpp"
#include "proxy/core/record/version.hpp"
#include "tests/support/seeded_ids.hpp"

namespace proxy {
namespace {

record::TrunkFields trunk(std::string name) {
  record::TrunkFields fields;
  fields.name = std::move(name);
  fields.targets = "192.0.2.1";
  return fields;
}

record::RouteFields route(std::string name, std::string to_trunk) {
  record::RouteFields fields;
  fields.name = std::move(name);
  fields.trunk = std::move(to_trunk);
  return fields;
}

class Trunks : public ::testing::Test {
 protected:
  Trunks() {
    auto settings = std::make_shared<Settings>();
    settings->domains = {"example.com"};
    settings_ = settings;
    record::Snapshot snapshot;
    snapshot.users.push_back({1, "alice@example.com", "Alice", "", "", "", true, {}});
    snapshot.last_ids.user = 1;
    books_ = std::make_unique<Bookkeeping>(settings_, snapshot, ids_, sip::WallTime{});
  }
  Bookkeeping::Outcome change(Change wanted, bool stored = true) {
    auto outcome = books_->change(std::move(wanted), {"test", ""}, sip::WallTime{});
    books_->settle(stored);
    return outcome;
  }
  /// "added", or "status field".
  std::string said(Change wanted) {
    const auto outcome = change(std::move(wanted));
    const auto* refused = std::get_if<view::Refused>(&outcome.answer);
    return refused ? std::to_string(refused->status) + ' ' + refused->field : "done";
  }
  view::RouteTested test(std::string number, std::string caller = {}, std::string from = {}) {
    const auto answer = books_->ask(
        view::RouteTest{std::move(number), std::move(caller), std::move(from)}, sip::WallTime{});
    const auto* tested = std::get_if<view::RouteTested>(&answer);
    EXPECT_NE(tested, nullptr);
    return tested ? *tested : view::RouteTested{};
  }

  test::SeededIds ids_;
  std::shared_ptr<const Settings> settings_;
  std::unique_ptr<Bookkeeping> books_;
};

TEST_F(Trunks, AreNamedOnce) {
  EXPECT_EQ(said(AddTrunk{trunk("one")}), "done");
  EXPECT_EQ(said(AddTrunk{trunk("one")}), "409 name");
  EXPECT_EQ(said(AddTrunk{trunk("One")}), "400 name");
  EXPECT_EQ(said(AddTrunk{trunk("two")}), "done");
  EXPECT_EQ(said(ChangeTrunk{{0, "two"}, trunk("one")}), "409 name");
}

TEST_F(Trunks, AreKnownByCredentialsOfTheirOwn) {
  const auto known = [](std::string name, std::string username) {
    auto fields = trunk(std::move(name));
    fields.inbound_username = std::move(username);
    fields.inbound_password = "secret";
    return fields;
  };
  EXPECT_EQ(said(AddTrunk{known("one", "gateway")}), "done");
  EXPECT_EQ(said(AddTrunk{known("two", "gateway")}), "409 inbound_username");
  EXPECT_EQ(said(AddTrunk{known("two", "alice")}), "409 inbound_username") << "a user's";
  EXPECT_EQ(said(AddTrunk{known("two", "other")}), "done");
  EXPECT_EQ(said(ChangeTrunk{{0, "two"}, known("two", "gateway")}), "409 inbound_username");
  EXPECT_EQ(said(ChangeTrunk{{0, "one"}, known("one", "gateway")}), "done");
  AddUser user;
  user.aor = "gateway@example.com";
  user.password = "secret";
  EXPECT_EQ(said(user), "409 aor") << "a user would take them from it";
  user.aor = "gateway2@example.com";
  EXPECT_EQ(said(user), "done");
}

TEST_F(Trunks, ACertificateNeedsAnAuthorityInTheConfiguration) {
  auto known = trunk("one");
  known.inbound_certificate = "one.example";
  EXPECT_EQ(said(AddTrunk{known}), "409 inbound_certificate");
  EXPECT_EQ(said(AddTrunk{trunk("one")}), "done");
  EXPECT_EQ(said(ChangeTrunk{{0, "one"}, known}), "409 inbound_certificate");
}

class CertifiedTrunks : public Trunks {
 protected:
  CertifiedTrunks() {
    auto settings = std::make_shared<Settings>(*settings_);
    settings->tls.client_ca = "clients.pem";
    settings_ = settings;
    books_ = std::make_unique<Bookkeeping>(settings_, record::Snapshot{}, ids_, sip::WallTime{});
  }
  static record::TrunkFields known(std::string name, std::string domain) {
    auto fields = trunk(std::move(name));
    fields.inbound_certificate = std::move(domain);
    return fields;
  }
};

TEST_F(CertifiedTrunks, AreKnownByOneCertificateEach) {
  EXPECT_EQ(said(AddTrunk{known("one", "one.example")}), "done");
  EXPECT_EQ(said(AddTrunk{known("two", "One.Example")}), "409 inbound_certificate");
  EXPECT_EQ(said(AddTrunk{known("two", "two.example")}), "done");
  EXPECT_EQ(said(ChangeTrunk{{0, "two"}, known("two", "one.example")}), "409 inbound_certificate");
  EXPECT_EQ(said(ChangeTrunk{{0, "one"}, known("one", "ONE.example")}), "done");
}

TEST_F(CertifiedTrunks, GiveTheirCertificateBack) {
  said(AddTrunk{known("one", "one.example")});
  EXPECT_EQ(said(ChangeTrunk{{0, "one"}, known("one", "")}), "done");
  EXPECT_EQ(said(AddTrunk{known("two", "one.example")}), "done");
}

TEST_F(Trunks, ARouteNeedsItsTrunk) {
  EXPECT_EQ(said(AddRoute{route("out", "one")}), "409 trunk");
  said(AddTrunk{trunk("one")});
  EXPECT_EQ(said(AddRoute{route("out", "one")}), "done");
  auto from_nobody = route("in", "one");
  from_nobody.from = "nobody";
  EXPECT_EQ(said(AddRoute{from_nobody}), "409 from");
}

TEST_F(Trunks, ARouteToAUserNeedsHim) {
  auto did = route("did", "");
  did.user = "nobody";
  EXPECT_EQ(said(AddRoute{did}), "409 user");
  did.user = "alice";
  EXPECT_EQ(said(AddRoute{did}), "done");
  EXPECT_EQ(test("1").steps.back().why, "it goes to the user alice@example.com");
  EXPECT_EQ(said(RemoveUser{"alice@example.com"}), "done");
  EXPECT_EQ(test("1").steps.back().why, "alice@example.com is no user any more");
}

TEST_F(Trunks, OneThatARouteNamesStays) {
  said(AddTrunk{trunk("one")});
  said(AddRoute{route("out", "one")});
  EXPECT_EQ(said(RemoveTrunk{{0, "one"}}), "409 ");
  EXPECT_EQ(said(RemoveRoute{{1, ""}}), "done");
  EXPECT_EQ(said(RemoveTrunk{{1, ""}}), "done");
  EXPECT_EQ(said(RemoveTrunk{{1, ""}}), "404 id");
}

TEST_F(Trunks, RoutesFollowANewName) {
  said(AddTrunk{trunk("one")});
  said(AddRoute{route("out", "one")});
  record::TrunkFields renamed;
  renamed.name = "first";
  const auto outcome = change(ChangeTrunk{{0, "one"}, renamed});
  EXPECT_EQ(outcome.changes.size(), 3U);  // trunk, route, audit
  EXPECT_EQ(test("1").ends.at(0).to, "first");
}

TEST_F(Trunks, AChangeOfWhatIsOlderIsRefused) {
  const auto made = change(AddTrunk{trunk("one")});
  const auto version = record::version_of(*std::get<view::Done>(made.answer).trunk);
  record::TrunkFields secret;
  secret.username = "u";
  secret.password = "p";
  EXPECT_EQ(said(ChangeTrunk{{0, "one"}, secret, {version + 1}}), "412 If-Match");
  EXPECT_EQ(said(ChangeTrunk{{0, "one"}, secret, {version}}), "done");
  EXPECT_EQ(said(RemoveTrunk{{0, "one"}, {version}}), "412 If-Match");
}

TEST_F(Trunks, AnotherEndOfARouteTakesTheOldOneBack) {
  said(AddTrunk{trunk("one")});
  said(AddRoute{route("out", "one")});
  record::RouteFields end;
  end.user = "alice";
  const auto outcome = change(ChangeRoute{{0, "out"}, end});
  const auto& row = *std::get<view::Done>(outcome.answer).route;
  EXPECT_EQ(row.user, "alice@example.com");
  EXPECT_EQ(row.trunk, "");
  end.user = "bob@elsewhere.example";
  EXPECT_EQ(said(ChangeRoute{{0, "out"}, end}), "400 user");
}

TEST_F(Trunks, WhatCouldNotBeStoredIsUndone) {
  change(AddTrunk{trunk("one")}, false);
  EXPECT_EQ(said(RemoveTrunk{{0, "one"}}), "404 id");
  said(AddTrunk{trunk("one")});
  said(AddRoute{route("out", "one")});
  change(RemoveRoute{{0, "out"}}, false);
  EXPECT_EQ(test("1").ends.at(0).kind, "trunk");
  record::TrunkFields renamed;
  renamed.name = "first";
  change(ChangeTrunk{{0, "one"}, renamed}, false);
  EXPECT_EQ(test("1").ends.at(0).to, "one");
}

TEST_F(Trunks, TheAuditNamesWhatChangedAndNoSecret) {
  auto fields = trunk("one");
  fields.username = "u";
  fields.password = "very secret";
  change(AddTrunk{fields});
  record::TrunkFields changed;
  changed.password = "more secret";
  changed.channels = 2;
  const auto outcome = change(ChangeTrunk{{1, ""}, changed});
  const auto& entry = std::get<record::Audit>(outcome.changes.back());
  EXPECT_EQ(entry.what, "trunk.change");
  EXPECT_EQ(entry.target, "1");
  EXPECT_EQ(entry.detail, "password, channels");
}

TEST_F(Trunks, ATestSaysThatAUserNeedsNoRoute) {
  const auto tested = test("alice");
  EXPECT_EQ(tested.ends.at(0).kind, "user");
  EXPECT_EQ(tested.steps.at(0).why, "alice@example.com is a user: no route is asked");
}

TEST_F(Trunks, ATestTakesNumbersAddressesAndUris) {
  said(AddTrunk{trunk("one")});
  said(AddRoute{route("out", "one")});
  EXPECT_EQ(test("*21#").ends.at(0).number, "*21%23");
  EXPECT_EQ(test("sip:5@example.com").ends.at(0).number, "5");
  EXPECT_EQ(test("tel:+49-30-(12)").ends.at(0).number, "+493012");
  EXPECT_EQ(test("5@elsewhere.example").ends.at(0).status, 403U);
}

TEST_F(Trunks, ATestRefusesWhatIsNoNumber) {
  for (const auto& number :
       {std::string{}, std::string{"sip:"}, std::string{"030 12"}, std::string(300, '1')}) {
    const auto answer = books_->ask(view::RouteTest{number, {}, {}}, sip::WallTime{});
    EXPECT_TRUE(std::holds_alternative<view::Refused>(answer)) << number;
  }
}

TEST_F(Trunks, ThePbxIsAskedBehindAllRoutes) {
  auto settings = std::make_shared<Settings>(*settings_);
  settings->pbx = Settings::Pbx{"192.0.2.9"};
  books_ = std::make_unique<Bookkeeping>(settings, record::Snapshot{}, ids_, sip::WallTime{});
  said(AddTrunk{trunk("one")});
  auto out = route("out", "one");
  out.callee = "0*";
  said(AddRoute{out});
  EXPECT_EQ(test("5").ends.at(0).kind, "pbx");
  ASSERT_EQ(test("01").ends.size(), 2U);
  EXPECT_EQ(test("01").ends.at(1).kind, "pbx");
}

}  // namespace
}  // namespace proxy
