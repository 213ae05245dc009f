#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "proxy/core/engine/bookkeeping.hpp"
#include "proxy/core/record/version.hpp"
#include "tests/support/seeded_ids.hpp"

namespace proxy {
namespace {

record::GroupFields group(std::string aor, std::string members = {}) {
  record::GroupFields fields;
  fields.aor = std::move(aor);
  fields.members = std::move(members);
  return fields;
}

class Switchboard : public ::testing::Test {
 protected:
  Switchboard() {
    auto settings = std::make_shared<Settings>();
    settings->domains = {"example.com"};
    record::Snapshot snapshot;
    snapshot.users.push_back({1, "alice@example.com", "Alice", "", "", "", true, {}});
    snapshot.users.push_back({2, "bob@example.com", "Bob", "", "", "", true, {}});
    snapshot.last_ids.user = 2;
    books_ = std::make_unique<Bookkeeping>(settings, snapshot, ids_, sip::WallTime{});
  }
  Bookkeeping::Outcome change(Change wanted, bool stored = true) {
    auto outcome = books_->change(std::move(wanted), {"test", ""}, sip::WallTime{});
    books_->settle(stored);
    return outcome;
  }
  /// "done", or "status field".
  std::string said(Change wanted) {
    const auto outcome = change(std::move(wanted));
    const auto* refused = std::get_if<view::Refused>(&outcome.answer);
    return refused ? std::to_string(refused->status) + ' ' + refused->field : "done";
  }
  std::string set(const std::function<void(record::ForwardingFields&)>& fill) {
    ChangeUser change;
    change.aor = "alice@example.com";
    fill(change.forwarding);
    return said(std::move(change));
  }
  /// The steps and the ends of a call to this number: "why | ... => kind to".
  std::string tested(const std::string& number) {
    const auto answer = books_->ask(view::RouteTest{number, {}, {}}, sip::WallTime{});
    const auto* test = std::get_if<view::RouteTested>(&answer);
    if (test == nullptr) return "refused";
    std::string out;
    for (const auto& step : test->steps) out += (step.matches ? "+ " : "- ") + step.why + " | ";
    for (const auto& end : test->ends)
      out += "=> " + end.kind + ' ' + end.to + (end.status ? std::to_string(end.status) : "");
    return out;
  }

  test::SeededIds ids_;
  std::unique_ptr<Bookkeeping> books_;
};

TEST_F(Switchboard, AGroupHasAnAddressOfItsOwn) {
  EXPECT_EQ(said(AddGroup{group("sales")}), "done");
  EXPECT_EQ(said(AddGroup{group("sales@example.com")}), "409 aor");
  EXPECT_EQ(said(AddGroup{group("alice")}), "409 aor");
  EXPECT_EQ(said(AddGroup{group("sales@elsewhere.example")}), "400 aor");
  EXPECT_EQ(said(AddGroup{group("")}), "400 aor");
  EXPECT_EQ(said(AddGroup{group(std::string(300, 'a'))}), "400 aor");
  EXPECT_EQ(said(AddUser{"sales@example.com", "secret", "", "", ""}), "409 aor");
}

TEST_F(Switchboard, MembersAreUsersOnceEachAndAtMost32) {
  EXPECT_EQ(said(AddGroup{group("a", "bob\nalice@example.com")}), "done");
  EXPECT_EQ(said(AddGroup{group("b", "bob\nnobody")}), "409 members");
  EXPECT_EQ(said(AddGroup{group("b", "bob\nbob@example.com")}), "400 members");
  std::string many;
  for (int i = 0; i < 33; ++i) {
    const auto aor = "u" + std::to_string(i) + "@example.com";
    said(AddUser{aor, "secret", "", "", ""});
    many += aor + '\n';
  }
  EXPECT_EQ(said(AddGroup{group("b", many)}), "400 members");
}

TEST_F(Switchboard, AGroupIsStoredWithWholeAddresses) {
  const auto outcome = change(AddGroup{group("sales", "bob\nalice")});
  const auto* done = std::get_if<view::Done>(&outcome.answer);
  ASSERT_TRUE(done && done->group);
  EXPECT_EQ(done->group->aor, "sales@example.com");
  EXPECT_EQ(done->group->members, "bob@example.com\nalice@example.com");
  EXPECT_EQ(done->group->strategy, "parallel");
  EXPECT_EQ(done->group->ring_s, 20U);
}

TEST_F(Switchboard, AGroupRefusesWhatCannotBe) {
  auto fields = group("sales");
  fields.strategy = "random";
  EXPECT_EQ(said(AddGroup{fields}), "400 strategy");
  fields = group("sales");
  for (const auto seconds : {0U, 601U}) {
    fields.ring_s = seconds;
    EXPECT_EQ(said(AddGroup{fields}), "400 ring_s");
  }
  fields = group("sales");
  fields.forward_no_answer = "sales@example.com";
  EXPECT_EQ(said(AddGroup{fields}), "400 forward_no_answer");
}

TEST_F(Switchboard, AChangeHeedsTheVersionAndLeavesTheRest) {
  change(AddGroup{group("sales", "bob")});
  record::GroupFields fields;
  fields.enabled = false;
  EXPECT_EQ(said(ChangeGroup{"sales", fields, {1}}), "412 If-Match");
  const auto outcome = change(ChangeGroup{"sales@example.com", fields});
  const auto* done = std::get_if<view::Done>(&outcome.answer);
  ASSERT_TRUE(done && done->group);
  EXPECT_FALSE(done->group->enabled);
  EXPECT_EQ(done->group->members, "bob@example.com");
  EXPECT_EQ(said(RemoveGroup{"sales", {record::version_of(*done->group)}}), "done");
  EXPECT_EQ(said(RemoveGroup{"sales"}), "404 aor");
  EXPECT_EQ(said(ChangeGroup{"sales", fields}), "404 aor");
}

TEST_F(Switchboard, WhatTheStoreLostIsUndone) {
  change(AddGroup{group("sales", "bob")}, false);
  EXPECT_EQ(said(RemoveGroup{"sales"}), "404 aor");
  change(AddGroup{group("sales", "bob")});
  change(RemoveGroup{"sales"}, false);
  EXPECT_EQ(said(RemoveGroup{"sales"}), "done");
}

TEST_F(Switchboard, AUserCannotForwardToHimselfOrToNonsense) {
  EXPECT_EQ(set([](auto& f) { f.always = "alice"; }), "400 forward_always");
  EXPECT_EQ(set([](auto& f) { f.busy = "sip:"; }), "400 forward_busy");
  EXPECT_EQ(set([](auto& f) { f.busy = "0170 123"; }), "400 forward_busy");
  EXPECT_EQ(set([](auto& f) { f.no_answer = std::string(256, '1'); }), "400 forward_no_answer");
  EXPECT_EQ(set([](auto& f) { f.not_reachable = "alice@example.com"; }),
            "400 forward_not_reachable");
  EXPECT_EQ(set([](auto& f) { f.no_answer_s = 0; }), "400 forward_no_answer_s");
  EXPECT_EQ(set([](auto& f) { f.no_answer_s = 601; }), "400 forward_no_answer_s");
  EXPECT_EQ(set([](auto& f) { f.busy = "+49170"; }), "done");
}

TEST_F(Switchboard, TheTestOfANumberFollowsForwards) {
  set([](auto& f) {
    f.busy = "*97";
    f.no_answer = "bob";
  });
  EXPECT_EQ(tested("alice"),
            "+ alice@example.com is a user: no route is asked | - when busy, on to *97 | "
            "- when nobody answers for 20 s, on to bob | => user alice@example.com");
  set([](auto& f) { f.always = "sales"; });
  change(AddGroup{group("sales", "bob")});
  EXPECT_EQ(tested("alice"),
            "+ alice@example.com is a user: no route is asked | + all calls go on to sales | "
            "+ sales@example.com is a group: 1 members, parallel | => group sales@example.com");
}

TEST_F(Switchboard, TheTestOfANumberEndsInACircle) {
  set([](auto& f) { f.always = "bob"; });
  ChangeUser back;
  back.aor = "bob@example.com";
  back.forwarding.always = "alice";
  said(back);
  EXPECT_TRUE(tested("alice").ends_with("=> reject 480"));
}

TEST_F(Switchboard, TheTestOfANumberSaysThatNobodyIsToBeDisturbed) {
  set([](auto& f) { f.do_not_disturb = true; });
  EXPECT_TRUE(tested("alice").ends_with("+ do not disturb: 480 | => reject 480"));
}

}  // namespace
}  // namespace proxy
