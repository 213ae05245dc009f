#include <gtest/gtest.h>

#include "proxy/runtime/store/reader.hpp"
#include "proxy/runtime/store/store.hpp"
#include "tests/unit/proxy/runtime/store/sample_rows.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

record::Trunk trunk_row(std::int64_t id) {
  return {id,
          "trunk-" + std::to_string(id),
          false,
          "a;priority=1\nb;transport=tcp",
          "dom",
          "user \"x\"",
          "p\x01",
          true,
          120,
          30,
          4,
          "192.0.2.0/24 udp",
          "in",
          "secret",
          "trunk.example",
          "name",
          false,
          wall(1'700'000'000'123)};
}

record::Route route_row(std::int64_t id) {
  return {id,
          "route " + std::to_string(id),
          false,
          7,
          "any",
          "*",
          "_0X.",
          1,
          "+49",
          "+4930",
          true,
          "bob@example.com",
          "t",
          403,
          wall(1'700'000'000'456)};
}

TEST(TrunkRows, KeepEveryFieldOverARestart) {
  const TempDir dir;
  {
    Store store{dir.path(), Settings::Durability::commit};
    ASSERT_EQ(store.commit(std::vector<record::Change>{trunk_row(1), trunk_row(3), route_row(2)}),
              std::nullopt);
  }
  const auto found = Store{dir.path(), Settings::Durability::commit}.load();
  EXPECT_EQ(found.trunks, (std::vector{trunk_row(1), trunk_row(3)}));
  EXPECT_EQ(found.routes, std::vector{route_row(2)});
  EXPECT_EQ(found.last_ids.trunk, 3);
  EXPECT_EQ(found.last_ids.route, 2);
}

TEST(TrunkRows, AnErasedIdIsNotGivenOutAgain) {
  const TempDir dir;
  Store store{dir.path(), Settings::Durability::commit};
  ASSERT_EQ(store.commit(
                std::vector<record::Change>{trunk_row(3), record::Erase{record::Table::trunk, 3},
                                            route_row(2), record::Erase{record::Table::route, 2}}),
            std::nullopt);
  const auto found = store.load();
  EXPECT_TRUE(found.trunks.empty());
  EXPECT_EQ(found.last_ids.trunk, 3);
  EXPECT_EQ(found.last_ids.route, 2);
}

TEST(TrunkRows, AreReadPageByPage) {
  const TempDir dir;
  Store store{dir.path(), Settings::Durability::commit};
  ASSERT_EQ(store.commit(std::vector<record::Change>{trunk_row(1), trunk_row(2), route_row(5)}),
            std::nullopt);
  Reader reader{dir.path()};
  EXPECT_EQ(reader.trunks(1, 10), std::vector{trunk_row(2)});
  EXPECT_EQ(reader.trunks(0, 1), std::vector{trunk_row(1)});
  EXPECT_EQ(reader.routes(0, 10), std::vector{route_row(5)});
}

}  // namespace
}  // namespace proxy::store
