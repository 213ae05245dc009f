#include <gtest/gtest.h>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

constexpr const char* any_ports =
    "domains = [\"example.com\"]\n"
    "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:0\"\n"
    "[http]\naddress = \"127.0.0.1:0\"\n";

TEST(Ban, IsListedOnceSetAndGoneOnceLifted) {
  const Shell shell;
  shell.run({"user", "add", "a@b.example", "--password", "x"});
  EXPECT_EQ(shell.run({"ban", "list"}).out, "");
  const auto set = shell.run({"ban", "add", "192.0.2.1", "--for", "1h", "--reason", "noise"});
  EXPECT_EQ(set.status, 0) << set.err;
  EXPECT_EQ(shell.run({"ban", "add", "2001:db8::7"}).status, 0);
  const auto list = shell.run({"ban", "list"}).out;
  EXPECT_NE(list.find("1\t192.0.2.1\tuntil "), std::string::npos) << list;
  EXPECT_NE(list.find("\tban 1\tnoise\n"), std::string::npos) << list;
  EXPECT_NE(list.find("2\t2001:db8::/64\tuntil "), std::string::npos) << list;
  EXPECT_EQ(shell.run({"ban", "lift", "192.0.2.1"}).out, "lifted 192.0.2.1\n");
  EXPECT_EQ(shell.run({"ban", "lift", "2"}).out, "lifted 2\n");
  EXPECT_EQ(shell.run({"ban", "list"}).out, "");
}

TEST(Ban, IsListedForScriptsAsTheApiSaysIt) {
  const Shell shell;
  shell.run({"ban", "add", "192.0.2.1", "--for", "1h", "--reason", "noise"});
  const auto list = shell.run({"ban", "list", "--json"});
  EXPECT_EQ(list.status, 0) << list.err;
  EXPECT_TRUE(list.out.starts_with(
      "{\"id\":1,\"address\":\"192.0.2.1\",\"reason\":\"noise\",\"count\":1,\"created_at\":\""))
      << list.out;
}

TEST(Ban, TakesAddressesAndTimesOnly) {
  const Shell shell;
  EXPECT_EQ(shell.run({"ban", "add", "192.0.2.0/24"}).err,
            "sipwake ban add: 192.0.2.0/24: not an IP address, or the /64 of an IPv6 one\n");
  EXPECT_EQ(shell.run({"ban", "add", "192.0.2.1", "--for", "long"}).err,
            "sipwake ban add: --for must be a time such as 10m, 1h or 30d\n");
  EXPECT_EQ(shell.run({"ban", "add", "192.0.2.1", "--for", "3650d"}).err,
            "sipwake ban add: 192.0.2.1: must be between a second and a year\n");
  EXPECT_EQ(shell.run({"ban", "lift", "192.0.2.1"}).err,
            "sipwake ban lift: 192.0.2.1: there is no such ban\n");
}

TEST(Ban, IsSetAndLiftedWhileTheServerRuns) {
  const Shell shell;
  shell.write("sipwake.toml", any_ports);
  Serving serving{shell};
  EXPECT_EQ(shell.run({"ban", "add", "192.0.2.1"}).status, 0);
  EXPECT_NE(shell.run({"ban", "list"}).out.find("\tban 1\tby hand\n"), std::string::npos);
  EXPECT_EQ(shell.run({"ban", "lift", "192.0.2.1"}).status, 0);
  EXPECT_EQ(shell.run({"ban", "list"}).out, "");
  EXPECT_EQ(shell.run({"ban", "lift", "192.0.2.1"}).err,
            "sipwake ban lift: 192.0.2.1: there is no such ban\n");
  EXPECT_EQ(serving.stop(), 0);
}

TEST(Ban, OfAnExemptAddressIsRefused) {
  const Shell shell;
  shell.write("sipwake.toml", std::string{any_ports} + "[abuse]\nexempt = [\"192.0.2.0/24\"]\n");
  Serving serving{shell};
  EXPECT_EQ(shell.run({"ban", "add", "192.0.2.1"}).err,
            "sipwake ban add: 192.0.2.1: this address is exempt (abuse.exempt)\n");
  EXPECT_EQ(serving.stop(), 0);
}

}  // namespace
}  // namespace cli_test
