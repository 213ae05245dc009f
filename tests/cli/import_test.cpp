#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

TEST(Import, TakesRowsWithoutAHeader) {
  const Shell shell;
  shell.write("users.csv", "alice@example.com,secret,\"Doe, Alice\"\r\nbob@example.com,secret\r\n");
  const auto result = shell.run({"user", "import", "users.csv"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "imported 2 users\n");
  EXPECT_EQ(shell.run({"user", "list"}).out, "alice@example.com\tDoe, Alice\nbob@example.com\t\n");
}

TEST(Import, TakesAnExportOfAKamailioSubscriberTable) {
  const Shell shell;
  shell.write("sipwake.toml", "domains = [\"example.com\"]\n");
  shell.write("subscriber.csv",
              "id,username,domain,password,ha1,ha1b\n"
              "1,alice,example.com,,0123456789abcdef0123456789ABCDEF,x\n"
              "2,bob,example.com,secret,,\n");
  const auto result = shell.run({"user", "import", "subscriber.csv"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "subscriber.csv: columns not used: id, ha1b\n");
  EXPECT_EQ(shell.run({"user", "list"}).out, "alice@example.com\t\nbob@example.com\t\n");
}

TEST(Import, TakesNothingWhenOneRowIsBad) {
  const Shell shell;
  shell.write("users.csv", "a@b.example,x\nb@b.example,\nc c@b.example,x\nd@b.example,x\n");
  const auto result = shell.run({"user", "import", "users.csv"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "users.csv:2: the password is empty\n"
            "users.csv:3: 'c c@b.example' is no address of record: write user@domain\n"
            "sipwake user import: 2 bad rows, nothing imported\n");
  EXPECT_FALSE(std::filesystem::exists(shell.path("sipwake-data")));
}

TEST(Import, GivesExistingUsersTheNewPasswordAndKeepsNamesItDoesNotGive) {
  const Shell shell;
  shell.run({"user", "add", "a@b.example", "--password", "x", "--display-name", "Anna"});
  shell.write("users.csv", "a@b.example,new\nb@b.example,new\n");
  EXPECT_EQ(shell.run({"user", "import", "users.csv"}).status, 0);
  EXPECT_EQ(shell.run({"user", "list"}).out, "a@b.example\tAnna\nb@b.example\t\n");
  shell.write("users.csv", "a@b.example,new,Berta\n");
  EXPECT_EQ(shell.run({"user", "import", "users.csv"}).status, 0);
  EXPECT_EQ(shell.run({"user", "list"}).out, "a@b.example\tBerta\nb@b.example\t\n");
}

TEST(Import, SaysWhichFileCannotBeRead) {
  const auto result = Shell{}.run({"user", "import", "none.csv"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err,
            "sipwake user import: none.csv: cannot be read: No such file or directory\n");
}

TEST(Import, SaysWhereCallsGoOnTo) {
  const Shell shell;
  shell.write("users.csv",
              "aor,password,forward_busy,do_not_disturb\n"
              "alice@example.com,secret,*97,true\nbob@example.com,secret,,\n");
  EXPECT_EQ(shell.run({"user", "import", "users.csv"}).out, "imported 2 users\n");
  // What is not given stays.
  shell.write("names.csv", "aor,password,display_name\nalice@example.com,secret,Alice\n");
  EXPECT_EQ(shell.run({"user", "import", "names.csv"}).status, 0);
  const auto list = shell.run({"user", "list", "--json"}).out;
  EXPECT_NE(list.find(R"("forward_busy":"*97")"), std::string::npos) << list;
  EXPECT_NE(list.find(R"("do_not_disturb":true)"), std::string::npos) << list;
  EXPECT_NE(list.find(R"("do_not_disturb":false)"), std::string::npos) << list;
}

TEST(Import, NamesTheLineOfAWishThatIsNone) {
  const Shell shell;
  shell.write("users.csv",
              "aor,password,do_not_disturb\nalice@example.com,secret,no\n"
              "bob@example.com,secret,perhaps\n");
  const auto result = shell.run({"user", "import", "users.csv"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("users.csv:3: do_not_disturb must be true or false"), std::string::npos)
      << result.err;
}

TEST(Import, TakesMoreUsersThanOneRequestHolds) {
  const Shell shell;
  std::string csv;
  for (int i = 0; i < 100'000; ++i)
    csv += "user" + std::to_string(i) + "@example.com,secret,Name\n";
  shell.write("users.csv", csv);
  const auto result = shell.run({"user", "import", "users.csv"});
  EXPECT_EQ(result.out, "imported 100000 users\n") << result.err;
  const auto list = shell.run({"user", "list"}).out;
  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), 100'000);
}

}  // namespace
}  // namespace cli_test
