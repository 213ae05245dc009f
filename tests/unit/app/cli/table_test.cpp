#include "app/cli/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace app::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array columns{TableColumn{"ID", "id"}, TableColumn{"NAME", "name"},
                             TableColumn{"AWAKE", "awake"}};

TEST(Table, FillsUpAllColumnsButTheLast) {
  EXPECT_EQ(table(columns, {Json{{"id", 7}, {"name", "Änne"}, {"awake", true}},
                            Json{{"id", 10}, {"name", nullptr}, {"awake", false}}}),
            "ID  NAME  AWAKE\n7   Änne  yes\n10  -     no\n");
}

TEST(Table, IsItsTitlesWhenThereIsNothing) { EXPECT_EQ(table(columns, {}), "ID  NAME  AWAKE\n"); }

TEST(Table, ShowsNoControlBytes) {
  const auto text = table(columns, {Json{{"id", 1}, {"name", "a\x1b[2Jb\nc"}}});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

}  // namespace
}  // namespace app::cli
