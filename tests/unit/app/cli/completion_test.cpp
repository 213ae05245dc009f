#include "app/cli/completion.hpp"

#include <gtest/gtest.h>

#include "app/cli/manual.hpp"

namespace app::cli {
namespace {

CommandTree tree() {
  CommandTree list{"list",
                   "List the cats",
                   {{"--colour", "Of this colour", "TEXT", {"black", "red"}},
                    {"--config", "The cat's file", "FILE"},
                    {"--json", "For scripts", ""}}};
  CommandTree feed{"feed", "Feed one", {{"name", "Which", "TEXT", {}, true, true}}};
  return {"sipwake",
          "sipwake: herds cats",
          {{"--help", "Print this", ""}},
          {{"cat", "Cats", {}, {list, feed}}}};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Completion, OfBashKnowsEveryCommandAndItsOptions) {
  const auto text = completion(tree(), "bash");
  EXPECT_TRUE(holds(text, "'cat'|'cat list'|'cat feed') path=")) << text;
  EXPECT_TRUE(holds(text, "    'cat list') words='--colour --config --json';;\n"));
  EXPECT_TRUE(holds(text, "    'cat list --colour') words='black red';;\n"));
  EXPECT_TRUE(holds(text, "    'cat list --config') COMPREPLY=($(compgen -f"));
  EXPECT_TRUE(text.ends_with("complete -F _sipwake sipwake\n"));
}

TEST(Completion, OfZshNamesItsCommandFirst) {
  EXPECT_TRUE(completion(tree(), "zsh").starts_with("#compdef sipwake\n"));
}

TEST(Completion, OfFishQuotesWhatItExplains) {
  const auto text = completion(tree(), "fish");
  EXPECT_TRUE(holds(text, "-l config -r -F -d 'The cat'\\''s file'\n")) << text;
  EXPECT_TRUE(holds(text, "-l colour -x -a 'black red' -d 'Of this colour'\n"));
  EXPECT_TRUE(holds(text, "-f -a 'list' -d 'List the cats'\n"));
}

TEST(ManualPage, DescribesEveryCommandThatDoesSomething) {
  const auto text = manual_page(tree());
  EXPECT_TRUE(text.starts_with(".TH SIPWAKE 1 "));
  EXPECT_TRUE(holds(text, "sipwake \\- herds cats\n"));
  EXPECT_TRUE(holds(
      text, ".SS sipwake cat list\n\\fBsipwake cat list\\fR [\\fB\\-\\-colour\\fR \\fITEXT\\fR]"))
      << text;
  EXPECT_TRUE(holds(text, "\\fBsipwake cat feed\\fR \\fIname\\fR\n"));
  EXPECT_TRUE(holds(text, "Of this colour: \\fBblack\\fR, \\fBred\\fR\n"));
  EXPECT_FALSE(holds(text, ".SS sipwake cat\n"));
}

TEST(ManualPage, LetsNoTextBeARequestOfTroff) {
  CommandTree one{"sipwake", "x: y", {}, {{"a", ".de evil\n'so /etc/passwd \\n", {}}}};
  const auto text = manual_page(one);
  EXPECT_TRUE(holds(text, "\\&.de evil 'so /etc/passwd \\en.\n")) << text;
}

}  // namespace
}  // namespace app::cli
