#include "proxy/runtime/store/data_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "proxy/runtime/store/sqlite.hpp"
#include "proxy/runtime/store/store.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

TEST(DataLock, OneHolderAtATime) {
  const TempDir dir;
  {
    const auto lock = DataLock::take(dir.path());
    EXPECT_FALSE(DataLock::try_take(dir.path()));
  }
  EXPECT_TRUE(DataLock::try_take(dir.path()));
}

TEST(DataDir, WhatRootMakesThereBelongsToItsOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make files of others";
  const TempDir dir;
  constexpr uid_t somebody = 4'711;
  ASSERT_EQ(::chown(dir.path().c_str(), somebody, somebody), 0);
  const auto lock = DataLock::take(dir.path());
  Store store{dir.path(), Settings::Durability::commit};
  for (const auto* name : {"/sipwake.lock", "/sipwake.db", "/sipwake.db-wal"}) {
    struct stat found {};
    ASSERT_EQ(::stat((dir.path() + name).c_str(), &found), 0) << name;
    EXPECT_EQ(found.st_uid, somebody) << name;
    EXPECT_EQ(found.st_gid, somebody) << name;
  }
}

TEST(DataLock, SaysWhoHoldsIt) {
  const TempDir dir;
  const auto lock = DataLock::take(dir.path());
  try {
    DataLock::take(dir.path());
    FAIL() << "taken twice";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.what(), dir.path() + ": in use by process " + std::to_string(::getpid()));
  }
}

TEST(DataLock, MovesWithoutBeingLost) {
  const TempDir dir;
  auto lock = DataLock::take(dir.path());
  const auto moved = std::move(lock);
  EXPECT_FALSE(DataLock::try_take(dir.path()));
}

TEST(DataLock, EndsWithAKilledProcess) {
  const TempDir dir;
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto lock = DataLock::take(dir.path());
    const bool told = ::write(ready[1], "x", 1) == 1;
    for (; told;) ::pause();
    ::_exit(1);
  }
  char told = 0;
  ASSERT_EQ(::read(ready[0], &told, 1), 1);
  EXPECT_FALSE(DataLock::try_take(dir.path()));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(DataLock::try_take(dir.path()));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(DataLock, MakesTheFolder) {
  const TempDir dir;
  const auto data_dir = dir.path() + "/data";
  const auto lock = DataLock::take(data_dir);
  EXPECT_FALSE(DataLock::try_take(data_dir));
}

TEST(DataLock, RefusesAFolderThatCannotBeMade) {
  const TempDir dir;
  EXPECT_THROW(DataLock::take(dir.path() + "/no/data"), StoreError);
}

}  // namespace
}  // namespace proxy::store
