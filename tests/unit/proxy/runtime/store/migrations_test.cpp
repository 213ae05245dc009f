#include "proxy/runtime/store/migrations.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/store.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

using Scripts = std::vector<std::string_view>;

class MigrationsTest : public ::testing::Test {
 protected:
  MigrationsTest() { std::ofstream(database_path(dir_.path())).flush(); }

  std::int64_t version() const { return connection().integer("PRAGMA user_version"); }
  Connection connection() const { return {database_path(dir_.path()), Access::read_write}; }

  TempDir dir_;
};

TEST_F(MigrationsTest, AnEmptyDatabaseGetsAllTables) {
  const auto c = connection();
  migrate(c, migration_scripts());
  EXPECT_EQ(version(), static_cast<std::int64_t>(migration_scripts().size()));
  EXPECT_EQ(c.text("SELECT group_concat(name) FROM"
                   " (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)"),
            "api_token,audit,ban,binding,call,call_invite,call_message,device,hunt_group,last_id,"
            "leg,route,"
            "setting,trunk,"
            "user");
}

TEST_F(MigrationsTest, EveryTableIsStrict) {
  const auto c = connection();
  migrate(c, migration_scripts());
  EXPECT_EQ(c.integer("SELECT count(*) FROM pragma_table_list"
                      " WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"),
            0);
}

TEST_F(MigrationsTest, OnlyTheStepsThatAreMissingRun) {
  const Scripts first{"CREATE TABLE one (x);"};
  const Scripts both{"CREATE TABLE one (x);", "CREATE TABLE two (x);"};
  migrate(connection(), first);
  migrate(connection(), both);
  EXPECT_EQ(version(), 2);
  migrate(connection(), both);
  EXPECT_EQ(version(), 2);
}

TEST_F(MigrationsTest, AStepThatFailsLeavesTheVersionBeforeIt) {
  const Scripts scripts{"CREATE TABLE one (x);", "CREATE TABLE two (x); CREATE TABLE one (x);"};
  EXPECT_THROW(migrate(connection(), scripts), StoreError);
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(connection().integer("SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(MigrationsTest, WhatTheFirstVersionKeptHasNothingOfWhatCameLater) {
  migrate(connection(), migration_scripts().first(1));
  connection().run(
      "INSERT INTO user VALUES (1, 'a@x', '', '', '', 1, 0);"
      "INSERT INTO device VALUES (4, 1, 'i:x', 'x', '', '', '', '', 0, 0, '', 0, 3, 2100)");
  connection().run(
      "INSERT INTO call VALUES (5, 'c', '', '', '', 0, 0, NULL, NULL, '', 0, '', '', '');"
      "INSERT INTO leg VALUES (6, 5, 4, 1, 7, 1, 0, '')");
  const auto legs = Store{dir_.path(), Settings::Durability::commit}.load().legs;
  ASSERT_EQ(legs.size(), 1U);
  EXPECT_EQ(legs.front().pushed_again_at, std::nullopt);
  EXPECT_EQ(legs.front().notice, record::Notice::none);
  const auto devices = Store{dir_.path(), Settings::Durability::commit}.load().devices;
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices.front().wake_count, 3);
  EXPECT_EQ(devices.front().wake_times, "");
  const auto users = Store{dir_.path(), Settings::Durability::commit}.load().users;
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users.front().ha1_sha512_256, "");
}

}  // namespace
}  // namespace proxy::store
