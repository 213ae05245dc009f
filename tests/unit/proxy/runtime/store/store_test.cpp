#include "proxy/runtime/store/store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <vector>

#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/sqlite.hpp"
#include "tests/unit/proxy/runtime/store/sample_rows.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

using record::CallState;
using record::Change;
using record::Erase;
using record::Table;
using Durability = Settings::Durability;

void must_commit(Store& store, const std::vector<Change>& changes) {
  EXPECT_EQ(store.commit(changes), std::nullopt);
}

/// What a fresh process would find.
record::Snapshot reopened(const TempDir& dir) {
  return Store(dir.path(), Durability::commit).load();
}

mode_t rights(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 0777U;
}

/// The message of the StoreError with which a store in this folder fails to open and load.
std::string refusal(const std::string& data_dir) {
  try {
    Store(data_dir, Durability::commit).load();
  } catch (const StoreError& error) {
    return error.what();
  }
  return "no refusal";
}

/// Writes beyond this size of a file fail, as they do when the disk is full.
class NoFileBeyond {
 public:
  explicit NoFileBeyond(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  NoFileBeyond(NoFileBeyond&&) = delete;
  ~NoFileBeyond() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

class StoreTest : public ::testing::Test {
 protected:
  TempDir dir_;
  Store store_{dir_.path(), Durability::commit};
};

TEST_F(StoreTest, EmptyStoreLoadsEmpty) {
  const auto found = store_.load();
  EXPECT_TRUE(found.users.empty());
  EXPECT_TRUE(found.settings.empty());
  EXPECT_EQ(found.last_ids.user, 0);
}

TEST_F(StoreTest, KeepsEveryFieldOfEveryRow) {
  must_commit(store_,
              {user_row(1), device_row(2, 1), binding_row(3, 2), call_row(4, CallState::held),
               invite_row(4), leg_row(5, 4, 2), token_row(6), record::Setting{"key", odd_bytes()}});
  const auto found = reopened(dir_);
  EXPECT_EQ(found.users, std::vector{user_row(1)});
  EXPECT_EQ(found.devices, std::vector{device_row(2, 1)});
  EXPECT_EQ(found.bindings, std::vector{binding_row(3, 2)});
  EXPECT_EQ(found.open_calls, std::vector{call_row(4, CallState::held)});
  EXPECT_EQ(found.invites, std::vector{invite_row(4)});
  EXPECT_EQ(found.legs, std::vector{leg_row(5, 4, 2)});
  EXPECT_EQ(found.tokens, std::vector{token_row(6)});
  EXPECT_EQ(found.settings, (std::vector{record::Setting{"key", odd_bytes()}}));
}

TEST_F(StoreTest, FindsTheEndedCallsThatADeviceIsStillToBeToldOf) {
  auto owed = leg_row(6, 3, 2);
  owed.notice = record::Notice::message;
  must_commit(store_, {user_row(1), device_row(2, 1), call_row(3, CallState::ended), owed,
                       call_row(4, CallState::ended), leg_row(5, 4, 2)});
  const auto found = store_.load();
  EXPECT_EQ(found.open_calls, std::vector{call_row(3, CallState::ended)});
  EXPECT_EQ(found.legs, std::vector{owed});
}

TEST_F(StoreTest, KeepsTimesThatAreNotGiven) {
  auto call = call_row(1, CallState::held);
  call.answered_at.reset();
  call.ended_at.reset();
  auto leg = leg_row(1, 1, 1);
  leg.pushed_at.reset();
  leg.pushed_again_at.reset();
  must_commit(store_, {call, leg});
  const auto found = store_.load();
  EXPECT_EQ(found.open_calls, std::vector{call});
  EXPECT_EQ(found.legs, std::vector{leg});
}

TEST_F(StoreTest, AWholeRowReplacesTheRowWithItsId) {
  auto changed = device_row(2, 1);
  changed.push.prid = "new";
  changed.user_agent.clear();
  must_commit(store_, {user_row(1), device_row(2, 1), record::Setting{"k", "old"}});
  must_commit(store_, {changed, record::Setting{"k", "new"}});
  const auto found = store_.load();
  EXPECT_EQ(found.devices, std::vector{changed});
  EXPECT_EQ(found.settings, (std::vector{record::Setting{"k", "new"}}));
}

TEST_F(StoreTest, ARefreshChangesItsFieldsOfItsBindingOnly) {
  must_commit(store_, {user_row(1), device_row(2, 1), binding_row(3, 2), binding_row(4, 2)});
  must_commit(store_, {record::BindingRefresh{3, 7, wall(99), "udp:0:192.0.2.9:1", "sip:b@c"}});
  auto refreshed = binding_row(3, 2);
  refreshed.cseq = 7;
  refreshed.expires_at = wall(99);
  refreshed.flow = "udp:0:192.0.2.9:1";
  refreshed.contact = "sip:b@c";
  EXPECT_EQ(store_.load().bindings, (std::vector{refreshed, binding_row(4, 2)}));
}

TEST_F(StoreTest, WhenADeviceWasSeenChangesNothingElseOfIt) {
  must_commit(store_, {user_row(1), device_row(2, 1), device_row(3, 1)});
  must_commit(store_, {record::DeviceSeen{2, wall(99)}, record::DeviceSeen{404, wall(99)}});
  auto seen = device_row(2, 1);
  seen.last_register = wall(99);
  EXPECT_EQ(store_.load().devices, (std::vector{seen, device_row(3, 1)}));
}

TEST_F(StoreTest, ARefreshOfABindingThatIsNotStoredFails) {
  const auto why =
      store_.commit(std::vector<Change>{record::BindingRefresh{3, 7, wall(9), "", ""}});
  EXPECT_EQ(why, "no binding 3 to refresh");
}

TEST_F(StoreTest, ErasesFromEachTableTheRowWithThatIdOnly) {
  must_commit(store_, {user_row(1), user_row(2), device_row(1, 2), device_row(2, 2),
                       binding_row(1, 2), binding_row(2, 2), call_row(1, CallState::held),
                       call_row(2, CallState::held), invite_row(1), invite_row(2), leg_row(1, 2, 2),
                       leg_row(2, 2, 2), token_row(1), token_row(2)});
  must_commit(store_, {Erase{Table::user, 1}, Erase{Table::device, 1}, Erase{Table::binding, 1},
                       Erase{Table::call, 1}, Erase{Table::call_invite, 1}, Erase{Table::leg, 1},
                       Erase{Table::api_token, 1}});
  const auto found = store_.load();
  EXPECT_EQ(found.users, std::vector{user_row(2)});
  EXPECT_EQ(found.devices, std::vector{device_row(2, 2)});
  EXPECT_EQ(found.bindings, std::vector{binding_row(2, 2)});
  EXPECT_EQ(found.open_calls, std::vector{call_row(2, CallState::held)});
  EXPECT_EQ(found.invites, std::vector{invite_row(2)});
  EXPECT_EQ(found.legs, std::vector{leg_row(2, 2, 2)});
  EXPECT_EQ(found.tokens, std::vector{token_row(2)});
}

TEST_F(StoreTest, LoadsEndedCallsOnlyWhileTheirInviteIsKept) {
  must_commit(store_, {call_row(1, CallState::ended), leg_row(1, 1, 1), invite_row(1),
                       call_row(2, CallState::ended), leg_row(2, 2, 1),
                       call_row(3, CallState::active), leg_row(3, 3, 1)});
  const auto found = store_.load();
  EXPECT_EQ(found.open_calls,
            (std::vector{call_row(1, CallState::ended), call_row(3, CallState::active)}));
  EXPECT_EQ(found.legs, (std::vector{leg_row(1, 1, 1), leg_row(3, 3, 1)}));
}

TEST_F(StoreTest, LeavesOutRowsWhoseOwnerIsNotThere) {
  must_commit(store_, {user_row(1), device_row(1, 1), device_row(2, 99), binding_row(1, 1),
                       binding_row(2, 2), leg_row(1, 99, 1), invite_row(99)});
  const auto found = store_.load();
  EXPECT_EQ(found.devices, std::vector{device_row(1, 1)});
  EXPECT_EQ(found.bindings, std::vector{binding_row(1, 1)});
  EXPECT_TRUE(found.legs.empty());
  EXPECT_TRUE(found.invites.empty());
}

TEST_F(StoreTest, RemembersTheLargestIdOfEveryTable) {
  must_commit(store_, {user_row(11), device_row(12, 1), binding_row(13, 1),
                       call_row(14, CallState::ended), leg_row(15, 1, 1), token_row(16)});
  const auto ids = reopened(dir_).last_ids;
  EXPECT_EQ((std::vector{ids.user, ids.device, ids.binding, ids.call, ids.leg, ids.token}),
            (std::vector<std::int64_t>{11, 12, 13, 14, 15, 16}));
}

TEST_F(StoreTest, RemembersTheLargestIdAlsoWhenItsRowIsErased) {
  must_commit(store_, {user_row(1), user_row(2), user_row(3)});
  must_commit(store_, {Erase{Table::user, 2}, Erase{Table::user, 3}});
  EXPECT_EQ(reopened(dir_).last_ids.user, 3);
}

TEST_F(StoreTest, AnIdOfALostBatchDoesNotHideTheLargestOne) {
  must_commit(store_, {user_row(1), user_row(2)});
  EXPECT_TRUE(store_.commit(
      std::vector<Change>{user_row(9), record::BindingRefresh{1, 1, wall(1), "", ""}}));
  must_commit(store_, {Erase{Table::user, 2}});
  EXPECT_EQ(reopened(dir_).last_ids.user, 2);
}

TEST_F(StoreTest, AFailedCommitStoresNothingAndTheNextOneWorks) {
  auto same_aor = user_row(2);
  same_aor.aor = user_row(1).aor;
  const auto why = store_.commit(std::vector<Change>{user_row(1), same_aor});
  ASSERT_TRUE(why);
  EXPECT_NE(why->find("UNIQUE constraint failed: user.aor"), std::string::npos) << *why;
  EXPECT_TRUE(store_.load().users.empty());
  must_commit(store_, {user_row(1)});
  EXPECT_EQ(reopened(dir_).users, std::vector{user_row(1)});
}

TEST_F(StoreTest, AFullDiskIsAFailedCommitAndNotTheEnd) {
  must_commit(store_, {user_row(1)});
  auto large = call_row(1, CallState::held);
  large.timeline.assign(4'000'000, 'x');
  {
    const NoFileBeyond limit(1'000'000);
    const auto why = store_.commit(std::vector<Change>{user_row(2), large});
    ASSERT_TRUE(why);
    EXPECT_NE(why->find(store_.path()), std::string::npos) << *why;
  }
  must_commit(store_, {user_row(3), large});
  const auto found = reopened(dir_);
  EXPECT_EQ(found.users, (std::vector{user_row(1), user_row(3)}));
  EXPECT_EQ(found.open_calls, std::vector{large});
}

TEST_F(StoreTest, OnlyTheOwnerCanReadTheFiles) {
  must_commit(store_, {user_row(1)});
  EXPECT_EQ(rights(dir_.path() + "/sipwake.db"), 0600U);
  EXPECT_EQ(rights(dir_.path() + "/sipwake.db-wal"), 0600U);
  EXPECT_EQ(rights(dir_.path() + "/sipwake.db-shm"), 0600U);
}

TEST(StoreOpen, MakesThePrivateFolder) {
  const TempDir dir;
  const auto data_dir = dir.path() + "/data";
  const Store store(data_dir, Durability::commit);
  EXPECT_EQ(rights(data_dir), 0700U);
}

TEST(StoreOpen, RefusesAFolderThatCannotBeMade) {
  const TempDir dir;
  std::ofstream(dir.path() + "/file") << "x";
  EXPECT_EQ(refusal(dir.path() + "/file/data"),
            dir.path() + "/file/data: cannot make the data folder: Not a directory");
  EXPECT_EQ(refusal(dir.path() + "/file"), dir.path() + "/file: not a folder");
}

TEST(StoreOpen, RefusesAFileThatIsNoDatabase) {
  const TempDir dir;
  std::ofstream(database_path(dir.path())) << std::string(10'000, 'x');
  const auto why = refusal(dir.path());
  EXPECT_NE(why.find(database_path(dir.path()) + ": file is not a database"), std::string::npos)
      << why;
}

TEST(StoreOpen, RefusesAnotherProgramsDatabase) {
  const TempDir dir;
  std::ofstream(database_path(dir.path())).flush();
  Connection(database_path(dir.path()), Access::read_write).run("CREATE TABLE theirs (x)");
  EXPECT_EQ(refusal(dir.path()),
            database_path(dir.path()) + ": this is another program's database");
}

TEST(StoreOpen, RefusesADatabaseOfANewerProgram) {
  const TempDir dir;
  { const Store store(dir.path(), Durability::commit); }
  Connection(database_path(dir.path()), Access::read_write).run("PRAGMA user_version = 999");
  const auto why = refusal(dir.path());
  EXPECT_NE(why.find(": made by a newer sipwake (schema version 999"), std::string::npos) << why;
}

TEST(StoreOpen, RefusesADamagedDatabaseWithOneLine) {
  const TempDir dir;
  {
    Store store(dir.path(), Durability::commit);
    std::vector<Change> users;
    for (std::int64_t id = 1; id <= 1'000; ++id) users.emplace_back(user_row(id));
    must_commit(store, users);
    store.truncate_log();
  }
  std::fstream file(database_path(dir.path()), std::ios::in | std::ios::out | std::ios::binary);
  for (const int offset : {0x20000, 0x24000, 0x28000, 0x2c000}) {
    file.seekp(offset).write(std::string(4'096, '\xa5').data(), 4'096);
  }
  file.close();
  const auto why = refusal(dir.path());
  EXPECT_EQ(why.find(database_path(dir.path()) + ": damaged: "), 0U) << why;
  EXPECT_EQ(why.find('\n'), std::string::npos);
}

TEST(StoreOpen, RefusesAStoredNumberThatTheRowCannotHold) {
  const TempDir dir;
  {
    Store store(dir.path(), Durability::commit);
    must_commit(store, {call_row(1, CallState::held)});
  }
  Connection(database_path(dir.path()), Access::read_write).run("UPDATE call SET state = 77");
  EXPECT_EQ(refusal(dir.path()),
            database_path(dir.path()) + ": call.state holds 77, which cannot be");
}

}  // namespace
}  // namespace proxy::store
