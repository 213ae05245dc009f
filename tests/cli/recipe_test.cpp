#include <gtest/gtest.h>

#include "tests/cli/shell.hpp"

namespace cli_test {
namespace {

TEST(RecipeCommand, ListsWhatThereIs) {
  const Shell shell;
  EXPECT_EQ(shell.run({"recipe"}).out.rfind("asterisk\tAsterisk (PJSIP)\n", 0), 0U);
}

TEST(RecipeCommand, TakesThePbxFromTheConfiguration) {
  const Shell shell;
  shell.write("sipwake.toml",
              "domains = [\"example.com\"]\n[[listen]]\ntransport = \"tcp\"\n"
              "address = \"192.0.2.5:5070\"\n[pbx]\naddress = \"192.0.2.10:5080;transport=tcp\"\n");
  const auto shown = shell.run({"recipe", "asterisk", "--extension", "100..120"});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_NE(shown.out.find("address = \"192.0.2.10:5080;transport=tcp\""), std::string::npos);
  EXPECT_NE(shown.out.find("contact=sip:192.0.2.5:5070\\;transport=tcp"), std::string::npos);
}

TEST(RecipeCommand, TakesThePortFromTheListenerWhereOnlyTheHostIsSaid) {
  const Shell shell;
  shell.write("sipwake.toml",
              "domains = [\"example.com\"]\n[[listen]]\ntransport = \"udp\"\n"
              "address = \"0.0.0.0:5070\"\n");
  const auto shown = shell.run({"recipe", "asterisk", "--extension", "100", "--pbx", "192.0.2.10",
                                "--sipwake", "192.0.2.5"});
  EXPECT_NE(shown.out.find("contact=sip:192.0.2.5:5070\\;"), std::string::npos) << shown.err;
}

TEST(RecipeCommand, WhatItSaysOfTlsCanBeUsed) {
  const Shell shell;
  for (const std::string name : {"asterisk", "standalone"}) {
    const auto shown = shell.run({"recipe", name, "--extension", "100", "--pbx", "192.0.2.10",
                                  "--sipwake", "192.0.2.5", "--transport", "tls"});
    const std::string fence = "```toml\n";
    const auto begin = shown.out.find(fence) + fence.size();
    shell.write("pasted.toml", shown.out.substr(begin, shown.out.find("```", begin) - begin));
    EXPECT_EQ(shell.run({"check", "--config", "pasted.toml"}).out, "pasted.toml: ok\n") << name;
  }
}

TEST(RecipeCommand, MakesAccountsThatCanBeImported) {
  const Shell shell;
  const auto csv =
      shell.run({"recipe", "generic", "--extension", "100..102", "--domain", "b.example", "--csv"});
  shell.write("extensions.csv", csv.out);
  EXPECT_EQ(shell.run({"user", "import", "extensions.csv"}).out, "imported 3 users\n");
  EXPECT_EQ(shell.run({"user", "list"}).out,
            "100@b.example\t100\n101@b.example\t101\n102@b.example\t102\n");
}

TEST(RecipeCommand, SaysWhatItMisses) {
  const Shell shell;
  EXPECT_EQ(shell.run({"recipe", "asterix"})
                .err.rfind("sipwake recipe: there is no recipe 'asterix'; ", 0),
            0U);
  EXPECT_EQ(shell.run({"recipe", "asterisk", "--extension", "1"}).err,
            "sipwake recipe: say where the PBX is: --pbx 192.0.2.10\n");
  EXPECT_EQ(shell.run({"recipe", "asterisk", "--pbx", "192.0.2.10"}).err,
            "sipwake recipe: say which extensions move to sipwake: --extension 100..120\n");
  EXPECT_EQ(shell.run({"recipe", "asterisk", "--pbx", "a b", "--extension", "1"}).err,
            "sipwake recipe: --pbx must be an address or a name, with a port or without\n");
}

}  // namespace
}  // namespace cli_test
