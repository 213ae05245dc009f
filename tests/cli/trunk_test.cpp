#include <gtest/gtest.h>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

constexpr const char* any_ports =
    "domains = [\"example.com\"]\n"
    "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:0\"\n"
    "[http]\naddress = \"127.0.0.1:0\"\n";

void add_some(const Shell& shell) {
  EXPECT_EQ(shell
                .run({"trunk", "add", "provider", "--target", "192.0.2.1", "--username", "me",
                      "--password", "secret"})
                .out,
            "added provider\n");
  EXPECT_EQ(shell
                .run({"route", "add", "out", "--callee", "_0X.", "--strip", "1", "--prepend", "+49",
                      "--trunk", "provider"})
                .out,
            "added out\n");
}

constexpr const char* explained =
    "0301@example.com\n"
    "  - users: 0301@example.com is no user\n"
    "  + out: it leaves by the trunk provider as \"+49301\"\n"
    "=> to the trunk provider as +49301\n";

TEST(Route, IsExplainedFromTheDataFolder) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  add_some(shell);
  EXPECT_EQ(shell.run({"route", "test", "0301"}).out, explained);
  const auto trunks = shell.run({"trunk", "list"}).out;
  EXPECT_NE(trunks.find("provider"), std::string::npos);
  EXPECT_EQ(trunks.find("secret"), std::string::npos);
  EXPECT_EQ(shell.run({"trunk", "remove", "provider"}).err,
            "sipwake trunk remove: the route out names it\n");
  EXPECT_EQ(shell.run({"route", "remove", "out"}).out, "removed out\n");
  EXPECT_EQ(shell.run({"trunk", "remove", "provider"}).out, "removed provider\n");
}

TEST(Route, IsExplainedByTheServerThatRuns) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  Serving serving{shell};
  add_some(shell);
  EXPECT_EQ(shell.run({"route", "test", "0301"}).out, explained);
  EXPECT_EQ(serving.stop(), 0);
}

TEST(Route, SaysWhichPartIsWrong) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  EXPECT_EQ(shell.run({"route", "add", "x", "--callee", "^(", "--reject", "403"}).err,
            "sipwake route add: not a pattern: a ( without its ) (byte 3) (callee)\n");
  EXPECT_EQ(shell.run({"route", "add", "x", "--trunk", "none"}).err,
            "sipwake route add: there is no trunk of this name (trunk)\n");
  EXPECT_EQ(shell.run({"trunk", "add", "x", "--target", "?"}).err,
            "sipwake trunk add: \"?\" cannot be read; write "
            "host:port;transport=tcp;priority=10;weight=10 (targets)\n");
}

TEST(Route, PatternsOfTheHelpMatchSomething) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  const auto help = shell.run({"route", "add", "--help"}).out;
  ASSERT_NE(help.find("alice, *@example.com"), std::string::npos);
  shell.run({"route", "add", "x", "--caller", "*@example.com", "--reject", "403"});
  EXPECT_NE(shell.run({"route", "test", "1", "--from", "alice"}).out.find("refused with 403"),
            std::string::npos);
  EXPECT_EQ(shell.run({"route", "add", "y", "--callee", "0X.", "--reject", "403"}).err,
            "sipwake route add: matches only itself: begin a dial pattern with _ (_0X.) and a "
            "regular expression with ^ (callee)\n");
}

TEST(Route, IsChangedInPlace) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  add_some(shell);
  EXPECT_EQ(
      shell.run({"route", "set", "out", "--callee", "", "--strip", "0", "--reject", "486"}).out,
      "changed out\n");
  EXPECT_NE(shell.run({"route", "test", "5"}).out.find("refused with 486"), std::string::npos);
  shell.run({"route", "set", "out", "--trunk", "provider", "--set-caller", "+4930", "--emergency"});
  EXPECT_NE(shell.run({"route", "list"}).out.find("trunk provider from +4930 (emergency)\n"),
            std::string::npos);
  EXPECT_EQ(shell.run({"route", "set", "out", "--disable"}).out, "changed out\n");
  EXPECT_NE(shell.run({"route", "test", "5"}).out.find("out: it is disabled"), std::string::npos);
  EXPECT_EQ(shell.run({"route", "set", "none", "--enable"}).err,
            "sipwake route set: there is no such route (id)\n");
  EXPECT_EQ(shell.run({"route", "set", "out"}).status, 2);
}

TEST(Trunk, IsChangedInPlace) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  add_some(shell);
  EXPECT_EQ(shell
                .run({"trunk", "set", "provider", "--channels", "3", "--register", "--source",
                      "192.0.2.0/24"})
                .out,
            "changed provider\n");
  auto told = shell.run({"trunk", "list", "--json"}).out;
  for (const auto* part : {"\"channels\":3", "\"register\":true", "\"sources\":[\"192.0.2.0/24\"]",
                           "\"username\":\"me\"", "\"has_password\":true"})
    EXPECT_NE(told.find(part), std::string::npos) << part;
  EXPECT_EQ(shell
                .run({"trunk", "set", "provider", "--no-register", "--username", "", "--source", "",
                      "--disable"})
                .out,
            "changed provider\n");
  told = shell.run({"trunk", "list", "--json"}).out;
  for (const auto* part :
       {"\"register\":false", "\"sources\":[]", "\"has_password\":false", "\"enabled\":false"})
    EXPECT_NE(told.find(part), std::string::npos) << part;
  EXPECT_EQ(shell.run({"trunk", "set", "provider"}).err,
            "sipwake trunk set: say what to set (see --help)\n");
}

TEST(Trunk, IsKnownByACertificateOnlyWhereOneIsAskedFor) {
  const Shell shell;
  const std::vector<std::string> add{
      "trunk", "add", "x", "--target", "192.0.2.1", "--inbound-certificate", "x.example"};
  shell.write("sipwake.toml", any_ports);
  EXPECT_EQ(shell.run(add).err,
            "sipwake trunk add: needs client_ca in [tls]: nobody is asked for a certificate "
            "(inbound_certificate)\n");
  shell.write("sipwake.toml", std::string{any_ports} + "[tls]\nclient_ca = \"ca.pem\"\n");
  EXPECT_EQ(shell.run(add).out, "added x\n");
  EXPECT_NE(
      shell.run({"doctor"})
          .out.find("bad   trunk x: cannot show its certificate, for no [[listen]] has TLS\n"),
      std::string::npos);
  shell.write("sipwake.toml", any_ports);
  const auto told = shell.run({"doctor"});
  EXPECT_EQ(told.status, 1);
  EXPECT_NE(
      told.out.find("bad   trunk x: cannot show its certificate, for [tls] has no client_ca\n"),
      std::string::npos);
}

}  // namespace
}  // namespace cli_test
