#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

/// Status 2, nothing on standard output, and exactly this line on standard error.
void expect_refusal(const Result& result, const std::string& line) {
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, line + '\n');
}

TEST(Usage, RefusesBadUsageWithOneLineThatSaysWhatAndWhere) {
  const Shell shell;
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{},
       "sipwake: say which command: serve, check, doctor, demo, user, ban, device, call, push, "
       "token, "
       "audit, status, watch, trunk, route, group, admin, recipe, version, completion, manual"},
      {{"serv"}, "sipwake: The following argument was not expected: serv (see sipwake --help)"},
      {{"user"}, "sipwake user: say which command: add, list, remove, password, import, set"},
      {{"token", "creat"},
       "sipwake token: The following argument was not expected: creat (see sipwake token --help)"},
      {{"user", "add"}, "sipwake user add: aor is required (see sipwake user add --help)"},
      {{"user", "add", "a@b", "c@d"},
       "sipwake user add: The following argument was not expected: c@d (see sipwake user add "
       "--help)"},
      {{"token", "create"},
       "sipwake token create: --name is required (see sipwake token create --help)"},
      {{"check", "--colour"},
       "sipwake check: The following argument was not expected: --colour (see sipwake check "
       "--help)"},
      {{"serve", "--log-format", "xml"},
       "sipwake serve: --log-format: xml not in {text,json} (see sipwake serve --help)"},
  };
  for (const auto& [arguments, line] : cases) expect_refusal(shell.run(arguments), line);
}

TEST(Usage, KeepsAHostileArgumentOnOneLine) {
  const Shell shell;
  const auto result = shell.run({"check", "--a\nb\x1b[2J"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
  EXPECT_EQ(result.err.find('\x1b'), std::string::npos);
}

TEST(Usage, PrintsTheVersionAlone) {
  const auto result = Shell{}.run({"version"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out.substr(0, 8), "sipwake ");
  EXPECT_EQ(result.err, "");
}

TEST(Usage, HelpsOnStandardOutput) {
  const auto result = Shell{}.run({"user", "add", "--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.out.find("--display-name"), std::string::npos);
  EXPECT_EQ(result.err, "");
}

TEST(Check, AcceptsAFolderWithoutAConfiguration) {
  const auto result = Shell{}.run({"check"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "defaults: ok\n");
}

TEST(Check, FindsTheFileThatLiesInTheFolder) {
  const Shell shell;
  shell.write("sipwake.toml", "[wake]\ntimeout = \"20s\"\n");
  EXPECT_EQ(shell.run({"check"}).out, "sipwake.toml: ok\n");
}

TEST(Check, RefusesABadFileWithItsLine) {
  const Shell shell;
  shell.write("sipwake.toml", "\n[registar]\n");
  expect_refusal(shell.run({"check"}),
                 "sipwake check: sipwake.toml:2:2: unknown key 'registar' (did you mean "
                 "'registrar'?)");
}

TEST(Check, RefusesAFileThatIsNamedAndNotThere) {
  expect_refusal(Shell{}.run({"check", "--config", "none.toml"}),
                 "sipwake check: none.toml: cannot be read: No such file or directory");
}

TEST(Check, PrintsAFileThatItAccepts) {
  const Shell shell;
  shell.write("a.toml", "data_dir = \"d\"\n[wake]\ntimeout = \"20s\"\n");
  const auto first = shell.run({"check", "--print", "--config", "a.toml"});
  EXPECT_EQ(first.status, 0);
  EXPECT_NE(first.out.find("timeout = \"20s\"\n"), std::string::npos);
  EXPECT_NE(first.out.find("data_dir = \"" + shell.path("d").string() + "\"\n"), std::string::npos);
  shell.write("b.toml", first.out);
  EXPECT_EQ(shell.run({"check", "--print", "--config", "b.toml"}).out, first.out);
}

TEST(Check, SaysWhereAFileThatCannotBeReadIsNamed) {
  const Shell shell;
  shell.write("sipwake.toml", "[tls]\ncertificate = \"none.pem\"\nprivate_key = \"none.key\"\n");
  expect_refusal(shell.run({"check"}),
                 "sipwake.toml:2:15: tls.certificate: " + shell.path("none.pem").string() +
                     ": cannot be read: No such file or directory");
}

TEST(Check, SaysWhereAFileOfAHostIsNamed) {
  const Shell shell;
  shell.write("sipwake.toml",
              "[[tls.host]]\nname = \"a.example\"\n"
              "certificate = \"none.pem\"\nprivate_key = \"none.key\"\n");
  expect_refusal(shell.run({"check"}),
                 "sipwake.toml:3:15: tls.host.certificate: " + shell.path("none.pem").string() +
                     ": cannot be read: No such file or directory");
}

TEST(Doctor, SaysHowTheSetUpIs) {
  const Shell shell;
  shell.write("sipwake.toml", "data_dir = \"d\"\n");
  const auto result = shell.run({"doctor"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out,
            "good  sipwake.toml: can be used\nnote  " + shell.path("d").string() +
                ": no server runs\n"
                "note  no push service is configured: sleeping phones cannot be woken\n");
}

TEST(Doctor, EndsWithStatus1WhenSomethingIsBad) {
  const Shell shell;
  shell.write("sipwake.toml",
              "data_dir = \"d\"\n[[listen]]\ntransport = \"tls\"\naddress = \"127.0.0.1:0\"\n"
              "[tls]\ncertificate = \"none.pem\"\nprivate_key = \"none.key\"\n");
  const auto result = shell.run({"doctor"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("bad   " + shell.path("none.pem").string() + ": cannot be read"),
            std::string::npos);
}

TEST(Completion, KnowsTheCommandsOfTheProgram) {
  const Shell shell;
  const auto bash = shell.run({"completion", "bash"});
  EXPECT_EQ(bash.status, 0);
  EXPECT_NE(bash.out.find("'device list --platform') words='apns fcm webpush webhook none'"),
            std::string::npos);
  EXPECT_EQ(shell.run({"completion", "csh"}).status, 2);
  EXPECT_NE(shell.run({"manual"}).out.find(".SS sipwake user import\n"), std::string::npos);
}

TEST(Check, WarnsOnStandardError) {
  const Shell shell;
  shell.write("sipwake.toml", "[http]\naddress = \"0.0.0.0:8080\"\ntls = false\n");
  const auto result = shell.run({"check"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err.substr(0, 35), "sipwake.toml: warning: http.address");
}

}  // namespace
}  // namespace cli_test
