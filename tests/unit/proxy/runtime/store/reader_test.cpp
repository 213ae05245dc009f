#include "proxy/runtime/store/reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "proxy/runtime/store/store.hpp"
#include "tests/unit/proxy/runtime/store/sample_rows.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

using record::CallState;
using record::Change;

template <class Row>
std::vector<std::int64_t> ids(const std::vector<Row>& rows) {
  std::vector<std::int64_t> found;
  for (const auto& row : rows) found.push_back(row.id);
  return found;
}
using Ids = std::vector<std::int64_t>;

class ReaderTest : public ::testing::Test {
 protected:
  void stored(const std::vector<Change>& changes) {
    ASSERT_EQ(store_.commit(changes), std::nullopt);
  }

  TempDir dir_;
  Store store_{dir_.path(), Settings::Durability::commit};
  Reader reader_{dir_.path()};
};

TEST_F(ReaderTest, PagesUsersById) {
  stored({user_row(1), user_row(2), user_row(5)});
  EXPECT_EQ(reader_.users(0, 2), (std::vector{user_row(1), user_row(2)}));
  EXPECT_EQ(reader_.users(2, 2), std::vector{user_row(5)});
  EXPECT_TRUE(reader_.users(5, 2).empty());
}

TEST_F(ReaderTest, FindsAUserByAnyAddressOfRecord) {
  auto odd = user_row(2);
  odd.aor = odd_bytes() + "@example.com";
  stored({user_row(1), odd});
  EXPECT_EQ(reader_.user("user1@example.com"), user_row(1));
  EXPECT_EQ(reader_.user(odd.aor), odd);
  EXPECT_EQ(reader_.user("nobody@example.com"), std::nullopt);
}

TEST_F(ReaderTest, ListsDevicesOfAllAndOfOneUser) {
  stored({device_row(1, 7), device_row(2, 8), device_row(3, 7)});
  EXPECT_EQ(ids(reader_.devices(0, 10)), (Ids{1, 2, 3}));
  EXPECT_EQ(reader_.devices(0, 10, 7), (std::vector{device_row(1, 7), device_row(3, 7)}));
  EXPECT_EQ(ids(reader_.devices(1, 10, 7)), Ids{3});
  EXPECT_EQ(reader_.device(2), device_row(2, 8));
  EXPECT_EQ(reader_.device(9), std::nullopt);
}

TEST_F(ReaderTest, JoinsARegistrationFromItsThreeRows) {
  stored({user_row(1), device_row(2, 1), binding_row(3, 2)});
  const auto found = reader_.registration(3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, 3);
  EXPECT_EQ(found->aor, "user1@example.com");
  EXPECT_EQ(found->contact, binding_row(3, 2).contact);
  EXPECT_EQ(found->device_id, 2);
  EXPECT_EQ(found->flow, "udp:0:192.0.2.1:5060");
  EXPECT_EQ(found->received_from, "192.0.2.1:5060");
  EXPECT_EQ(found->user_agent, device_row(2, 1).user_agent);
  EXPECT_EQ(found->expires_at, binding_row(3, 2).expires_at);
  EXPECT_FALSE(reader_.registration(4));
}

TEST_F(ReaderTest, PagesRegistrationsThatHaveNotExpired) {
  std::vector<Change> changes{user_row(1), device_row(1, 1)};
  for (std::int64_t id = 1; id <= 5; ++id) {
    auto binding = binding_row(id, 1);
    binding.expires_at = wall(id * 100);
    changes.emplace_back(binding);
  }
  stored(changes);
  EXPECT_EQ(ids(reader_.registrations(wall(200), 0, 2)), (Ids{3, 4}));
  EXPECT_EQ(ids(reader_.registrations(wall(200), 4, 2)), Ids{5});
}

TEST_F(ReaderTest, ListsEndedCallsNewestFirst) {
  stored({call_row(1, CallState::ended), call_row(2, CallState::held),
          call_row(3, CallState::ended), call_row(4, CallState::ended)});
  EXPECT_EQ(reader_.calls(0, 2),
            (std::vector{call_row(4, CallState::ended), call_row(3, CallState::ended)}));
  EXPECT_EQ(ids(reader_.calls(3, 2)), Ids{1});
}

TEST_F(ReaderTest, FindsACallWithItsLegs) {
  stored({call_row(1, CallState::held), leg_row(5, 1, 9), leg_row(6, 2, 9), leg_row(7, 1, 8)});
  const auto found = reader_.call(1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->call, call_row(1, CallState::held));
  EXPECT_EQ(found->legs, (std::vector{leg_row(5, 1, 9), leg_row(7, 1, 8)}));
  EXPECT_FALSE(reader_.call(2));
}

TEST_F(ReaderTest, FindsTheMessagesOfACallInTheOrderOfItsSteps) {
  const std::string bytes{"SIP/2.0 200 \xff\0OK\r\n", 18};
  stored({call_row(1, CallState::ended), record::MessageHead{1, 3, bytes},
          record::MessageHead{1, 0, "INVITE"}, record::MessageHead{2, 1, "BYE"}});
  EXPECT_EQ(reader_.heads(1), (std::vector<record::MessageHead>{{1, 0, "INVITE"}, {1, 3, bytes}}));
  EXPECT_TRUE(reader_.heads(3).empty());
}

TEST_F(ReaderTest, FindsAMessageThatWasWrittenAgainOnce) {
  stored({record::MessageHead{1, 0, "INVITE"}});
  stored({record::MessageHead{1, 0, "INVITE"}});
  EXPECT_EQ(reader_.heads(1).size(), 1U);
}

TEST_F(ReaderTest, FindsNoMessagesOfACallThatIsErased) {
  stored({call_row(1, CallState::ended), record::MessageHead{1, 0, "INVITE"},
          call_row(2, CallState::ended), record::MessageHead{2, 0, "INVITE"}});
  stored({record::Erase{record::Table::call, 1}});
  EXPECT_TRUE(reader_.heads(1).empty());
  EXPECT_EQ(reader_.heads(2).size(), 1U);
}

TEST_F(ReaderTest, FindsATokenByItsHash) {
  stored({token_row(1), token_row(2)});
  EXPECT_EQ(reader_.token_by_hash("hash-2"), token_row(2));
  EXPECT_EQ(reader_.token_by_hash("hash-3"), std::nullopt);
  EXPECT_EQ(reader_.tokens(), (std::vector{token_row(1), token_row(2)}));
}

TEST_F(ReaderTest, CountsWhatThereIs) {
  auto expired = binding_row(2, 1);
  expired.expires_at = wall(5);
  stored({user_row(1), user_row(2), device_row(1, 1), binding_row(1, 1), expired,
          call_row(1, CallState::ended), call_row(2, CallState::held)});
  const auto found = reader_.counts(wall(10));
  EXPECT_EQ(found.users, 2);
  EXPECT_EQ(found.devices, 1);
  EXPECT_EQ(found.registrations, 1);
  EXPECT_EQ(found.ended_calls, 1);
}

TEST_F(ReaderTest, CutsListsAtAThousandRows) {
  std::vector<Change> users;
  for (std::int64_t id = 1; id <= 1'001; ++id) users.emplace_back(user_row(id));
  stored(users);
  EXPECT_EQ(reader_.users(0, 1'000'000'000'000).size(), 1'000U);
}

TEST_F(ReaderTest, ARowThatCannotBeReadDoesNotStopTheReader) {
  stored({call_row(1, CallState::held), call_row(2, CallState::held)});
  Connection(store_.path(), Access::read_write).run("UPDATE call SET state = 77 WHERE id = 1");
  EXPECT_THROW(reader_.call(1), StoreError);
  EXPECT_TRUE(reader_.call(2));
  store_.truncate_log();
  EXPECT_EQ(std::filesystem::file_size(store_.path() + "-wal"), 0U);
}

TEST_F(ReaderTest, HoldsNoSnapshotBetweenReads) {
  stored({user_row(1), call_row(1, CallState::ended)});
  reader_.users(0, 1);
  reader_.call(1);
  reader_.registration(1);
  reader_.token_by_hash("none");
  stored({user_row(2)});
  EXPECT_EQ(reader_.users(1, 1), std::vector{user_row(2)});
  store_.truncate_log();  // only possible when nobody reads
  EXPECT_EQ(std::filesystem::file_size(store_.path() + "-wal"), 0U);
}

}  // namespace
}  // namespace proxy::store
