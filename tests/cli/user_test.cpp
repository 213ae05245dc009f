#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

// With the server down: the program writes in the data folder itself.

TEST(User, IsListedOnceAddedAndGoneOnceRemoved) {
  const Shell shell;
  const auto added = shell.run(
      {"user", "add", "alice@Example.COM", "--password", "secret", "--display-name", "Alice Ä"});
  EXPECT_EQ(added.status, 0) << added.err;
  EXPECT_EQ(added.out, "added alice@example.com\n");
  EXPECT_EQ(shell.run({"user", "add", "bob@example.com"}, "secret\n").status, 0);
  EXPECT_EQ(shell.run({"user", "list"}).out, "alice@example.com\tAlice Ä\nbob@example.com\t\n");

  const auto removed = shell.run({"user", "remove", "sip:alice@example.com"});
  EXPECT_EQ(removed.status, 0) << removed.err;
  EXPECT_EQ(shell.run({"user", "list"}).out, "bob@example.com\t\n");
}

TEST(User, LivesInTheFolderThatIsNamed) {
  const Shell shell;
  EXPECT_EQ(
      shell.run({"user", "add", "a@b.example", "--password", "x", "--data-dir", "one"}).status, 0);
  EXPECT_TRUE(std::filesystem::exists(shell.path("one/sipwake.db")));
  EXPECT_FALSE(std::filesystem::exists(shell.path("sipwake-data")));
  EXPECT_EQ(shell.run({"user", "list", "--data-dir", "one"}).out, "a@b.example\t\n");
}

TEST(User, BelongsToTheFirstDomainWhenNoneIsSaid) {
  const Shell shell;
  shell.write("sipwake.toml", "domains = [\"home.example\", \"other.example\"]\n");
  EXPECT_EQ(shell.run({"user", "add", "alice", "--password", "x"}).out,
            "added alice@home.example\n");
}

TEST(User, OfAnAddressOfThisMachineBelongsToTheFirstDomain) {
  const Shell shell;
  shell.write("sipwake.toml", "domains = [\"home.example\"]\n");
  EXPECT_EQ(shell.run({"user", "add", "alice@127.0.0.1", "--password", "x"}).out,
            "added alice@home.example\n");
}

TEST(User, IsAddedWithANoteWhenItsDomainIsNotServed) {
  const Shell shell;
  shell.write("sipwake.toml", "domains = [\"home.example\"]\n");
  const auto result = shell.run({"user", "add", "alice@away.example", "--password", "x"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err.substr(0, 36), "note: away.example is not among the ");
}

TEST(User, IsRefusedWhenItIsNoAddressOfRecord) {
  const Shell shell;
  for (const auto* aor : {"", "@b", "a@", "a b@c", "sips:a@b;x", "a@b:5060", "a:pw@b", "a%00@b",
                          "a%2541@b", "a@b?x=y", "\xff@b", "tel:123"}) {
    const auto result = shell.run({"user", "add", aor, "--password", "x"});
    EXPECT_EQ(result.status, 2) << aor;
    EXPECT_EQ(result.out, "") << aor;
  }
  EXPECT_EQ(shell.run({"user", "add", std::string(300, 'a') + "@b", "--password", "x"}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(shell.path("sipwake-data")));
}

TEST(User, IsAddedOnce) {
  const Shell shell;
  shell.run({"user", "add", "a@b.example", "--password", "x"});
  const auto again = shell.run({"user", "add", "a@B.example", "--password", "x"});
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(again.err, "sipwake user add: a@b.example: this user exists already\n");
}

TEST(User, CannotBeChangedWhenItIsNotThere) {
  const Shell shell;
  shell.run({"user", "add", "a@b.example", "--password", "x"});
  for (const auto* command : {"remove", "password"}) {
    const auto result = shell.run({"user", command, "c@b.example"}, "x\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, "sipwake user " + std::string{command} + ": c@b.example: no such user\n");
  }
}

TEST(User, GetsAPasswordThatMayStandInAHeader) {
  const Shell shell;
  for (const auto* password : {"", "\n", "\r\n", "a\tb\n", "\xc3\x28\n"}) {
    const auto result = shell.run({"user", "add", "a@b.example", "--password", "-"}, password);
    EXPECT_EQ(result.status, 2) << password;
  }
  EXPECT_EQ(shell.run({"user", "add", "a@b.example"}, std::string(100'000, 'x')).err,
            "sipwake user add: the password is longer than 255 bytes\n");
}

TEST(User, ListNeedsADatabase) {
  const Shell shell;
  const auto result = shell.run({"user", "list"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find(shell.path("sipwake-data/sipwake.db").string()), std::string::npos)
      << result.err;
}

TEST(User, SaysWhichFileIsNoDatabase) {
  const Shell shell;
  std::filesystem::create_directory(shell.path("sipwake-data"));
  shell.write("sipwake-data/sipwake.db", std::string(8192, 'x'));
  const auto result = shell.run({"user", "add", "a@b.example", "--password", "x"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find(shell.path("sipwake-data/sipwake.db").string()), std::string::npos)
      << result.err;
}

TEST(User, SaysWhichFolderCannotBeMade) {
  const Shell shell;
  const auto result =
      shell.run({"user", "add", "a@b.example", "--password", "x", "--data-dir", "no/such"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find(shell.path("no/such").string()), std::string::npos) << result.err;
}

TEST(Token, IsPrintedAloneAndKeptAsAHash) {
  const Shell shell;
  const auto result = shell.run({"token", "create", "--name", "ci"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  ASSERT_EQ(result.out.size(), 3 + 43 + 1U);
  EXPECT_EQ(result.out.substr(0, 3), "sw_");
  EXPECT_EQ(result.out.find('\n'), result.out.size() - 1);
  const auto token = result.out.substr(0, result.out.size() - 1);
  for (const auto& file : std::filesystem::directory_iterator{shell.path("sipwake-data")})
    EXPECT_EQ(shell.read("sipwake-data/" + file.path().filename().string()).find(token),
              std::string::npos)
        << file.path();
}

TEST(Token, IsAnotherOneEachTime) {
  const Shell shell;
  std::set<std::string> tokens;
  for (int i = 0; i < 5; ++i) tokens.insert(shell.run({"token", "create", "--name", "a"}).out);
  EXPECT_EQ(tokens.size(), 5U);
}

TEST(Token, NeedsAName) {
  EXPECT_EQ(Shell{}.run({"token", "create", "--name", ""}).status, 2);
  EXPECT_EQ(Shell{}.run({"token", "create", "--name", "a\nb"}).status, 2);
}

}  // namespace
}  // namespace cli_test
