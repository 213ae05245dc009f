#include "proxy/runtime/store/listing.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "proxy/runtime/store/reader.hpp"
#include "proxy/runtime/store/store.hpp"
#include "tests/unit/proxy/runtime/store/sample_rows.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

using Ids = std::vector<std::int64_t>;

template <class Row>
Ids ids(const std::vector<Row>& rows) {
  Ids found;
  for (const auto& row : rows) found.push_back(row.id);
  return found;
}

class ListingTest : public ::testing::Test {
 protected:
  void stored(const std::vector<record::Change>& changes) {
    ASSERT_EQ(store_.commit(changes), std::nullopt);
  }
  static record::User user(std::int64_t id, const std::string& aor, const std::string& name) {
    auto row = user_row(id);
    row.aor = aor;
    row.display_name = name;
    return row;
  }
  static record::Device device(std::int64_t id, std::int64_t user, const std::string& provider,
                               std::int64_t seen) {
    auto row = device_row(id, user);
    row.push.provider = provider;
    row.last_register = wall(seen);
    return row;
  }
  static record::Binding binding(std::int64_t id, std::int64_t device, std::int64_t ends) {
    auto row = binding_row(id, device);
    row.expires_at = wall(ends);
    return row;
  }
  Ids all(const UserListing& wanted) { return ids(reader_.users(wanted, 10)); }
  static DeviceListing in_order(const Place& place) {
    DeviceListing wanted;
    wanted.place = place;
    return wanted;
  }
  Ids all(const DeviceListing& wanted) { return ids(reader_.devices(wanted, 10)); }
  Ids all(const RegistrationListing& wanted) { return ids(reader_.registrations(wanted, 10)); }
  Ids pushed(const PushListing& wanted) {
    Ids found;
    for (const auto& one : reader_.pushes(wanted, 10)) found.push_back(one.leg.id);
    return found;
  }

  TempDir dir_;
  Store store_{dir_.path(), Settings::Durability::commit};
  Reader reader_{dir_.path()};
};

TEST_F(ListingTest, SortsUsersByIdAndByAddressOfRecordUpAndDown) {
  stored({user(1, "carol@a.b", ""), user(2, "\xc3\xa4nne@a.b", ""), user(3, "bob@a.b", "")});
  EXPECT_EQ(all(UserListing{}), (Ids{1, 2, 3}));
  EXPECT_EQ(all(UserListing{{true, false}}), (Ids{3, 2, 1}));
  EXPECT_EQ(all(UserListing{{false, true}}), (Ids{3, 1, 2}));
  EXPECT_EQ(all(UserListing{{true, true}}), (Ids{2, 1, 3}));
}

TEST_F(ListingTest, GoesOnBehindTheRowBefore) {
  stored({user(1, "carol@a.b", ""), user(2, "anna@a.b", ""), user(3, "bob@a.b", "")});
  EXPECT_EQ(all(UserListing{{false, true, 2, "anna@a.b"}}), (Ids{3, 1}));
  EXPECT_EQ(all(UserListing{{true, true, 3, "bob@a.b"}}), Ids{2});
  EXPECT_EQ(all(UserListing{{true, false, 2}}), Ids{1});
}

TEST_F(ListingTest, FindsUsersByAPartOfTheirNames) {
  stored({user(1, "carol@a.b", "Zo\xc3\xab MILLER"), user(2, "m%25x@a.b", "Anna"),
          user(3, "+49miller@a.b", "")});
  EXPECT_EQ(all(UserListing{{}, "miller"}), (Ids{1, 3}));
  EXPECT_EQ(all(UserListing{{}, "%"}), Ids{2});
  EXPECT_EQ(all(UserListing{{}, "\xc3\xab"}), Ids{1});
  EXPECT_EQ(all(UserListing{{true, true}, "@a.b"}), (Ids{2, 1, 3}));
  EXPECT_EQ(all(UserListing{{}, "' OR 1=1 --"}), Ids{});
}

TEST_F(ListingTest, SortsDevicesByTheirLastRegister) {
  stored({device(1, 7, "apns", 30), device(2, 7, "fcm", 10), device(3, 7, "fcm", 30)});
  EXPECT_EQ(all(in_order({false, true})), (Ids{2, 1, 3}));
  EXPECT_EQ(all(in_order({true, true})), (Ids{3, 1, 2}));
  EXPECT_EQ(all(in_order({true, true, 3, "", 30})), (Ids{1, 2}));
}

TEST_F(ListingTest, FindsDevicesByUserPlatformAndSleep) {
  stored({device(1, 7, "apns", 1), device(2, 7, "apns.dev", 2), device(3, 8, "apnsx", 3),
          device(4, 8, "", 4), binding(1, 1, 100), binding(2, 3, 50)});
  DeviceListing wanted;
  wanted.now = wall(60);
  wanted.provider = "apns";
  EXPECT_EQ(all(wanted), (Ids{1, 2}));
  wanted.asleep = true;
  EXPECT_EQ(all(wanted), Ids{2});
  wanted.provider = "";
  EXPECT_EQ(all(wanted), Ids{4});
  wanted.provider.reset();
  EXPECT_EQ(all(wanted), (Ids{2, 3, 4}));
  wanted.user = 8;
  EXPECT_EQ(all(wanted), (Ids{3, 4}));
  wanted.asleep = false;
  EXPECT_EQ(all(wanted), Ids{});
}

TEST_F(ListingTest, FindsRegistrationsByUserAndDeviceInTheOrderOfTheirEnd) {
  stored({user(7, "bob@a.b", ""), user(8, "carol@a.b", ""), device(1, 7, "apns", 1),
          device(2, 8, "fcm", 2), binding(1, 1, 300), binding(2, 1, 200), binding(3, 2, 250),
          binding(4, 2, 10)});
  RegistrationListing wanted{{false, true}, "", 0, wall(100)};
  EXPECT_EQ(all(wanted), (Ids{2, 3, 1}));
  wanted.aor = "bob@a.b";
  EXPECT_EQ(all(wanted), (Ids{2, 1}));
  wanted = {{true, false}, "", 2, wall(100)};
  EXPECT_EQ(all(wanted), Ids{3});
  wanted.aor = "nobody@a.b";
  EXPECT_EQ(all(wanted), Ids{});
}

TEST_F(ListingTest, FindsPushesByDeviceAndOutcome) {
  const auto leg = [](std::int64_t id, std::int64_t device, const std::string& result) {
    record::Leg row;
    row.id = id;
    row.device_id = device;
    row.pushed_at = wall(id);
    row.push_result = result;
    return row;
  };
  auto unasked = leg(6, 1, "");
  unasked.pushed_at.reset();
  stored({leg(1, 1, "accepted"), leg(2, 1, "410 Gone"), leg(3, 2, "withheld: the budget"),
          leg(4, 2, ""), leg(5, 1, "accepted"), unasked});
  using Outcome = PushListing::Outcome;
  EXPECT_EQ(pushed({}), (Ids{5, 4, 3, 2, 1}));
  EXPECT_EQ(pushed({0, 0, 0, Outcome::accepted}), (Ids{5, 1}));
  EXPECT_EQ(pushed({0, 0, 1, Outcome::failed}), Ids{2});
  EXPECT_EQ(pushed({0, 0, 0, Outcome::withheld}), Ids{3});
  EXPECT_EQ(pushed({0, 0, 2, Outcome::pending}), Ids{4});
  EXPECT_EQ(pushed({5, 2, 1, Outcome::any}), Ids{2});
  EXPECT_EQ(reader_.last_leg(), 6);
}

TEST_F(ListingTest, GivesEndedCallsWithTheOldestFirst) {
  const auto call = [](std::int64_t id, record::CallState state, const std::string& callee) {
    record::Call row;
    row.id = id;
    row.state = state;
    row.callee = callee;
    row.started_at = wall(id);
    return row;
  };
  using record::CallState;
  stored({call(1, CallState::ended, "bob@a.b"), call(2, CallState::held, "bob@a.b"),
          call(3, CallState::ended, "carol@a.b"), call(4, CallState::ended, "bob@a.b")});
  EXPECT_EQ(ids(reader_.calls_up(0, 9, 10, {})), (Ids{1, 3, 4}));
  EXPECT_EQ(ids(reader_.calls_up(1, 3, 10, {})), Ids{3});
  CallFilter bob;
  bob.user = "bob@a.b";
  EXPECT_EQ(ids(reader_.calls_up(0, 9, 10, bob)), (Ids{1, 4}));
  EXPECT_EQ(ids(reader_.calls_up(0, 9, 1, bob)), Ids{1});
}

TEST_F(ListingTest, FindsTheAuditByWhoAndWhat) {
  const auto entry = [](std::int64_t id, const std::string& who, const std::string& what) {
    return record::Audit{id, wall(id), who, "", what, "", ""};
  };
  stored({entry(1, "page", "user.add"), entry(2, "token 3 (scripts)", "user.remove"),
          entry(3, "page", "ban.add")});
  EXPECT_EQ(ids(reader_.audits(0, 10, "page")), (Ids{3, 1}));
  EXPECT_EQ(ids(reader_.audits(0, 10, "", "user.")), (Ids{2, 1}));
  EXPECT_EQ(ids(reader_.audits(0, 10, "scripts", "user.")), Ids{2});
  EXPECT_EQ(ids(reader_.audits(3, 10)), (Ids{2, 1}));
}

}  // namespace
}  // namespace proxy::store
