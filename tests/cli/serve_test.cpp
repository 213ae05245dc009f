#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

/// A server on loopback ports that the system chooses.
constexpr const char* any_ports =
    "domains = [\"example.com\"]\n"
    "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:0\"\n"
    "[[listen]]\ntransport = \"tcp\"\naddress = \"127.0.0.1:0\"\n"
    "[http]\naddress = \"127.0.0.1:0\"\n";

/// What a line of the greeting says behind these words; empty when there is no such line.
std::string said(const Serving& serving, const std::string& words) {
  const auto& text = serving.greeting();
  const auto at = text.find('\n' + words);
  if (at == std::string::npos) return "";
  const auto begin = at + 1 + words.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

bool has_port(const std::string& endpoint) {
  return endpoint.starts_with("127.0.0.1:") && !endpoint.ends_with(":0");
}

class Serve : public testing::Test {
 protected:
  Serve() { shell_.write("sipwake.toml", any_ports); }
  const Shell& shell() const { return shell_; }

 private:
  Shell shell_;
};

TEST_F(Serve, SaysWhereItListensAndWhatToDoNext) {
  Serving serving{shell()};
  EXPECT_TRUE(has_port(said(serving, "  sip   udp "))) << serving.greeting();
  EXPECT_TRUE(has_port(said(serving, "  sip   tcp "))) << serving.greeting();
  EXPECT_EQ(said(serving, "First API token, shown only now: ").size(), 46U);
  EXPECT_EQ(said(serving, "  data  "), shell().path("sipwake-data").string());
  EXPECT_EQ(said(serving, "No users of your own yet. Add one:  "),
            "sipwake user add alice@example.com");
  EXPECT_EQ(serving.stop(), 0);
}

TEST_F(Serve, ShowsATokenOnlyTheFirstTime) {
  EXPECT_EQ(Serving{shell()}.stop(), 0);
  Serving again{shell()};
  EXPECT_EQ(again.greeting().find("sw_"), std::string::npos);
  EXPECT_EQ(again.stop(), 0);
}

TEST_F(Serve, ShowsThePasswordOfThePageOnlyTheFirstTime) {
  {
    Serving serving{shell()};
    EXPECT_TRUE(said(serving, "The page:  http://127.0.0.1:").ends_with('/'));
    EXPECT_EQ(said(serving, "Password:  ").find(' '), 20U) << serving.greeting();
  }
  Serving again{shell()};
  EXPECT_EQ(said(again, "Password:  "), "");
}

TEST_F(Serve, TakesANewPasswordForThePageUpOrDown) {
  for (const bool up : {true, false}) {
    std::optional<Serving> serving;
    if (up) serving.emplace(shell());
    const auto made = shell().run({"admin", "password"});
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.out.size(), 21U);
    EXPECT_EQ(shell().run({"admin", "password", "--password", "long enough"}).out, "");
    EXPECT_EQ(shell().run({"admin", "password", "--password", "short"}).status, 2);
  }
}

TEST_F(Serve, TakesUsersFromTheCommandLineWhileItRuns) {
  Serving serving{shell()};
  const auto added = shell().run({"user", "add", "alice@example.com", "--password", "x"});
  EXPECT_EQ(added.status, 0) << added.err;
  EXPECT_EQ(shell().run({"user", "list"}).out, "alice@example.com\t\n");
  EXPECT_EQ(shell().run({"user", "add", "alice@example.com", "--password", "x"}).err,
            "sipwake user add: alice@example.com: this user exists already\n");
  EXPECT_EQ(shell().run({"user", "password", "alice@example.com"}, "y\n").status, 0);
  EXPECT_EQ(shell().run({"user", "remove", "alice@example.com"}).status, 0);
  EXPECT_EQ(shell().run({"user", "list"}).out, "");
  EXPECT_EQ(shell().run({"token", "create", "--name", "ci"}).out.substr(0, 3), "sw_");
  EXPECT_EQ(serving.stop(), 0);
}

TEST_F(Serve, ImportsWhileItRuns) {
  Serving serving{shell()};
  std::string csv;
  for (int i = 0; i < 2'000; ++i) csv += "user" + std::to_string(i) + "@example.com,secret,Name\n";
  shell().write("users.csv", csv);
  const auto result = shell().run({"user", "import", "users.csv"});
  EXPECT_EQ(result.out, "imported 2000 users\n") << result.err;
  EXPECT_EQ(serving.stop(), 0);
}

TEST_F(Serve, KeepsWhatItTookOverARestart) {
  {
    Serving serving{shell()};
    shell().run({"user", "add", "alice@example.com", "--password", "x"});
    EXPECT_EQ(serving.stop(), 0);
  }
  Serving again{shell()};
  EXPECT_EQ(again.greeting().find("No users of your own yet"), std::string::npos);
  EXPECT_EQ(shell().run({"user", "list"}).out, "alice@example.com\t\n");
}

TEST_F(Serve, LeavesTheFolderUsableWhenItIsKilled) {
  {
    Serving serving{shell()};
    shell().run({"user", "add", "alice@example.com", "--password", "x"});
  }
  EXPECT_EQ(shell().run({"user", "add", "bob@example.com", "--password", "x"}).status, 0);
  EXPECT_EQ(shell().run({"user", "list"}).out, "alice@example.com\t\nbob@example.com\t\n");
}

TEST_F(Serve, GoesOnAfterAHangUp) {
  Serving serving{shell()};
  serving.signal(SIGHUP);
  EXPECT_EQ(shell().run({"user", "add", "alice@example.com", "--password", "x"}).status, 0);
  EXPECT_EQ(serving.stop(), 0);
  EXPECT_NE(shell().read(".log").find("config.reload"), std::string::npos);
}

TEST_F(Serve, WritesItsLogAsJsonWhenAsked) {
  Serving serving{shell(), {"--log-format", "json"}};
  EXPECT_EQ(serving.stop(), 0);
  const auto log = shell().read(".log");
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(log[0], '{');
}

TEST_F(Serve, RefusesAFolderThatAnotherServerHas) {
  Serving serving{shell()};
  const auto second = shell().run({"serve"});
  EXPECT_EQ(second.status, 2);
  EXPECT_NE(second.err.find("sipwake serve: " + shell().path("sipwake-data").string()),
            std::string::npos)
      << second.err;
  EXPECT_EQ(serving.stop(), 0);
}

TEST_F(Serve, RefusesAPortInUseWithItsAddress) {
  Serving serving{shell()};
  const auto address = said(serving, "  sip   tcp ");
  ASSERT_TRUE(has_port(address));
  shell().write("second.toml", "[[listen]]\ntransport = \"tcp\"\naddress = \"" + address +
                                   "\"\n[http]\naddress = \"127.0.0.1:0\"\n");
  const auto second = shell().run({"serve", "--config", "second.toml", "--data-dir", "other"});
  EXPECT_EQ(second.status, 2);
  EXPECT_NE(second.err.find(address), std::string::npos) << second.err;
  EXPECT_EQ(serving.stop(), 0);
}

TEST_F(Serve, RefusesAnHttpPortInUseWithItsAddress) {
  Serving serving{shell()};
  const auto address = said(serving, "  http  http://");
  if (address.empty()) GTEST_SKIP() << "built without the HTTP server";
  shell().write("second.toml",
                "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:0\"\n[http]\n"
                "address = \"" +
                    address + "\"\n");
  const auto second = shell().run({"serve", "--config", "second.toml", "--data-dir", "other"});
  EXPECT_EQ(second.status, 2);
  EXPECT_NE(second.err.find("sipwake serve: http " + address + ": "), std::string::npos)
      << second.err;
  EXPECT_EQ(second.out, "");
  EXPECT_EQ(serving.stop(), 0);
}

TEST_F(Serve, RefusesABrokenDatabaseAndLeavesItAsItIs) {
  const std::string junk(8192, 'x');
  std::filesystem::create_directory(shell().path("sipwake-data"));
  shell().write("sipwake-data/sipwake.db", junk);
  const auto result = shell().run({"serve"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("sipwake serve: " + shell().path("sipwake-data/sipwake.db").string()),
            std::string::npos)
      << result.err;
  EXPECT_EQ(shell().read("sipwake-data/sipwake.db"), junk);
}

TEST_F(Serve, RefusesADataFolderThatCannotBeMade) {
  const auto result = shell().run({"serve", "--data-dir", "sipwake.toml"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("sipwake serve: " + shell().path("sipwake.toml").string()),
            std::string::npos)
      << result.err;
}

TEST_F(Serve, RefusesABadConfigurationWithItsLine) {
  shell().write("sipwake.toml", "[wake]\ntimeout = 3\n");
  const auto result = shell().run({"serve"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err,
            "sipwake serve: sipwake.toml:2:11: wake.timeout must be a duration in quotes, such as "
            "\"30s\", not a number\n");
}

}  // namespace
}  // namespace cli_test
