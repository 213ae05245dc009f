#include <gtest/gtest.h>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

constexpr const char* any_ports =
    "domains = [\"example.com\"]\n"
    "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:0\"\n"
    "[http]\naddress = \"127.0.0.1:0\"\n";

TEST(Switchboard, IsKeptInTheDataFolder) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  for (const auto* name : {"alice", "bob"})
    EXPECT_EQ(shell.run({"user", "add", name, "--password", "secret"}).status, 0);
  EXPECT_EQ(shell
                .run({"user", "set", "alice", "--forward-no-answer", "bob", "--no-answer-after",
                      "15", "--do-not-disturb"})
                .out,
            "changed alice@example.com\n");
  EXPECT_EQ(shell
                .run({"group", "add", "sales", "--member", "alice", "--member", "bob", "--strategy",
                      "serial"})
                .out,
            "added sales@example.com\n");
  const auto groups = shell.run({"group", "list"}).out;
  EXPECT_NE(groups.find("sales@example.com"), std::string::npos);
  EXPECT_EQ(shell.run({"user", "list"}).out,
            "alice@example.com\t\tdo not disturb\tno answer to bob after 15 s\n"
            "bob@example.com\t\n");
  const auto users = shell.run({"user", "list", "--json"}).out;
  EXPECT_NE(users.find(R"("forward_no_answer":"bob","forward_no_answer_s":15)"), std::string::npos)
      << users;
  EXPECT_EQ(shell.run({"user", "set", "alice", "--forward-no-answer", "", "--disturb"}).status, 0);
  EXPECT_NE(shell.run({"user", "list", "--json"}).out.find(R"("forward_no_answer":null)"),
            std::string::npos);
  EXPECT_EQ(shell.run({"route", "test", "sales"}).out,
            "sales@example.com\n"
            "  + groups: sales@example.com is a group: 2 members, serial\n"
            "=> to the group sales@example.com\n");
  EXPECT_EQ(shell.run({"group", "remove", "sales"}).out, "removed sales@example.com\n");
}

TEST(Switchboard, ChangesOfAGroupWhatIsGiven) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  for (const auto* name : {"alice", "bob"})
    EXPECT_EQ(shell.run({"user", "add", name, "--password", "secret"}).status, 0);
  EXPECT_EQ(shell
                .run({"group", "add", "sales", "--member", "alice", "--ring", "7",
                      "--forward-no-answer", "*97"})
                .status,
            0);
  EXPECT_EQ(shell
                .run({"group", "set", "sales", "--member", "bob", "--member", "alice", "--strategy",
                      "serial", "--disable", "--forward-no-answer", ""})
                .out,
            "changed sales@example.com\n");
  const auto group = shell.run({"group", "list", "--json"}).out;
  for (const auto* part :
       {R"("enabled":false)", R"("strategy":"serial")", R"("ring_s":7)",
        R"("members":["bob@example.com","alice@example.com"])", R"("forward_no_answer":null)"})
    EXPECT_NE(group.find(part), std::string::npos) << part << " in " << group;
  EXPECT_EQ(shell.run({"group", "set", "sales", "--enable"}).status, 0);
  EXPECT_NE(shell.run({"group", "list", "--json"}).out.find(R"("enabled":true)"),
            std::string::npos);
}

TEST(Switchboard, ChangesNoGroupThatIsNotThere) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  EXPECT_EQ(shell.run({"group", "set", "sales", "--ring", "5"}).status, 1);
  EXPECT_EQ(shell.run({"group", "set", "sales"}).status, 2);
  EXPECT_EQ(shell.run({"group", "set", "sales", "--enable", "--disable"}).status, 2);
  EXPECT_EQ(shell.run({"group", "set", "sales", "--strategy", "odd"}).status, 2);
}

TEST(Switchboard, SurvivesTheServerThatRuns) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  {
    Serving serving{shell};
    EXPECT_EQ(shell.run({"user", "add", "alice", "--password", "secret"}).status, 0);
    EXPECT_EQ(shell.run({"user", "set", "alice", "--forward-busy", "*97"}).status, 0);
    EXPECT_EQ(shell.run({"group", "add", "sales", "--member", "alice"}).status, 0);
    EXPECT_EQ(serving.stop(), 0);
  }
  EXPECT_NE(shell.run({"user", "list", "--json"}).out.find(R"("forward_busy":"*97")"),
            std::string::npos);
  EXPECT_NE(shell.run({"group", "list"}).out.find("alice@example.com"), std::string::npos);
}

TEST(Switchboard, SaysWhichPartIsWrong) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  EXPECT_EQ(shell.run({"user", "add", "alice", "--password", "secret"}).status, 0);
  EXPECT_EQ(shell.run({"user", "set", "alice"}).status, 2);
  EXPECT_EQ(shell.run({"user", "set", "alice", "--forward-always", "alice"}).err,
            "sipwake user set: calls cannot go on to where they are (forward_always)\n");
  EXPECT_EQ(shell.run({"group", "add", "sales", "--member", "nobody"}).err,
            "sipwake group add: there is no such user: nobody (members)\n");
}

}  // namespace
}  // namespace cli_test
