#include "proxy/runtime/store/migrations.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "proxy/runtime/store/data_dir.hpp"
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
            "api_token,binding,call,call_invite,device,last_id,leg,setting,user");
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

}  // namespace
}  // namespace proxy::store
