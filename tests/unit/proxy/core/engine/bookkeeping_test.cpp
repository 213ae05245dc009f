#include "proxy/core/engine/bookkeeping.hpp"

#include <gtest/gtest.h>

#include "tests/support/seeded_ids.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;

class BookkeepingTest : public ::testing::Test {
 protected:
  static std::shared_ptr<const Settings> settings() {
    auto s = std::make_shared<Settings>();
    s->domains = {"a.b"};
    return s;
  }
  static record::Snapshot snapshot() {
    record::Snapshot snapshot;
    snapshot.users = {{1, "bob@a.b", "Bob", "", "", "", true, {}}};
    record::Device device;
    device.id = 7;
    device.user_id = 1;
    record::Binding binding;
    binding.id = 9;
    binding.device_id = 7;
    binding.contact = "sip:bob@203.0.113.1:5060";
    binding.flow = "udp:0:203.0.113.1:5060";
    binding.expires_at = sip::WallTime{1h};
    snapshot.devices = {device};
    snapshot.bindings = {binding};
    snapshot.last_ids = {5, 7, 9, 0, 0, 0, 0, 40};
    return snapshot;
  }
  Bookkeeping::Outcome change(Change wanted, Actor actor = {}) {
    return book_.change(std::move(wanted), std::move(actor), now_);
  }
  static int status(const Bookkeeping::Outcome& outcome) {
    const auto* refused = std::get_if<view::Refused>(&outcome.answer);
    return refused == nullptr ? 0 : refused->status;
  }

  const sip::WallTime now_{1'000h};
  test::SeededIds ids_{1};
  Bookkeeping book_{settings(), snapshot(), ids_, now_};
};

TEST_F(BookkeepingTest, MakesAUserWithAnIdThatWasNeverGivenOut) {
  const auto outcome = change(AddUser{"alice@a.b", "secret", "Alice", "", "", ""});
  ASSERT_EQ(outcome.changes.size(), 1U);
  const auto& user = std::get<record::User>(outcome.changes[0]);
  EXPECT_EQ(user.id, 6);
  EXPECT_EQ(user.aor, "alice@a.b");
  EXPECT_EQ(user.ha1_md5.size(), 32U);
  EXPECT_EQ(std::get<view::Done>(outcome.answer).id, 6);
}

TEST_F(BookkeepingTest, UndoesWhatWasNotStored) {
  EXPECT_EQ(status(change(AddUser{"alice@a.b", "secret", "", "", "", ""})), 0);
  book_.settle(false);
  EXPECT_EQ(status(change(AddUser{"alice@a.b", "secret", "", "", "", ""})), 0);
  book_.settle(true);
  EXPECT_EQ(status(change(AddUser{"alice@a.b", "secret", "", "", "", ""})), 409);
}

TEST_F(BookkeepingTest, ErasesExpiredRegistrationsWithTheirUser) {
  const auto outcome = change(RemoveUser{"bob@a.b"});
  std::vector<record::Erase> erased;
  for (const auto& one : outcome.changes) erased.push_back(std::get<record::Erase>(one));
  EXPECT_EQ(erased, (std::vector<record::Erase>{{record::Table::binding, 9},
                                                {record::Table::device, 7},
                                                {record::Table::user, 1}}));
}

TEST_F(BookkeepingTest, WritesTheAuditInTheSameBatch) {
  const auto outcome = change(RemoveDevice{7}, {"command line", "uid 0"});
  ASSERT_EQ(outcome.changes.size(), 3U);
  const auto& audit = std::get<record::Audit>(outcome.changes.back());
  EXPECT_EQ(audit.id, 41);
  EXPECT_EQ(audit.at, now_);
  EXPECT_EQ(audit.who, "command line");
}

TEST_F(BookkeepingTest, KnowsNoCalls) { EXPECT_EQ(status(change(EndCall{1})), 404); }

TEST_F(BookkeepingTest, ChangesNothingWhenItRefuses) {
  const auto outcome = change(ChangeUser{"nobody@a.b", "x", {}, {}, {}});
  EXPECT_EQ(status(outcome), 404);
  EXPECT_TRUE(outcome.changes.empty());
}

}  // namespace
}  // namespace proxy
