#include <gtest/gtest.h>

#include "proxy/runtime/store/reader.hpp"
#include "proxy/runtime/store/store.hpp"
#include "tests/unit/proxy/runtime/store/sample_rows.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

record::Group group_row(std::int64_t id) {
  return {id, "group-" + std::to_string(id) + "@example.com", false, "serial",
          12, "bob@example.com\nalice@example.com",           "*97", wall(1'700'000'000'123)};
}

record::User user_row() {
  record::User row;
  row.id = 4;
  row.aor = "bob@example.com";
  row.forwarding = {true, "a", "b@c", "+49", 17, "sip:x@y;transport=tcp"};
  return row;
}

TEST(SwitchboardRows, KeepEveryFieldOverARestart) {
  const TempDir dir;
  {
    Store store{dir.path(), Settings::Durability::commit};
    ASSERT_EQ(store.commit(std::vector<record::Change>{group_row(1), group_row(3), user_row()}),
              std::nullopt);
  }
  const auto found = Store{dir.path(), Settings::Durability::commit}.load();
  EXPECT_EQ(found.groups, (std::vector{group_row(1), group_row(3)}));
  EXPECT_EQ(found.last_ids.group, 3);
  EXPECT_EQ(found.users, std::vector{user_row()});
}

TEST(SwitchboardRows, AnErasedIdIsNotGivenOutAgain) {
  const TempDir dir;
  Store store{dir.path(), Settings::Durability::commit};
  ASSERT_EQ(store.commit(std::vector<record::Change>{group_row(3),
                                                     record::Erase{record::Table::hunt_group, 3}}),
            std::nullopt);
  EXPECT_TRUE(store.load().groups.empty());
  EXPECT_EQ(store.load().last_ids.group, 3);
}

TEST(SwitchboardRows, AreReadPageByPageAndByAddress) {
  const TempDir dir;
  Store store{dir.path(), Settings::Durability::commit};
  ASSERT_EQ(store.commit(std::vector<record::Change>{group_row(1), group_row(2)}), std::nullopt);
  Reader reader{dir.path()};
  EXPECT_EQ(reader.groups(1, 10), std::vector{group_row(2)});
  EXPECT_EQ(reader.groups(0, 1), std::vector{group_row(1)});
  EXPECT_EQ(reader.group("group-2@example.com"), group_row(2));
  EXPECT_EQ(reader.group("2"), std::nullopt);
}

}  // namespace
}  // namespace proxy::store
