#include "app/cli/user_file.hpp"

#include <gtest/gtest.h>

namespace app::cli {
namespace {

UserFile read(const std::string& text) {
  proxy::Settings settings;
  settings.domains = {"home.example"};
  settings.aliases = {"192.0.2.1"};
  return read_users(text, "u.csv", settings);
}

std::string only_error(const std::string& text) {
  const auto file = read(text);
  return file.errors.size() == 1 ? file.errors[0] : std::to_string(file.errors.size()) + " errors";
}

const std::string md5(32, 'a');
const std::string sha256(64, 'B');

TEST(UserFile, TakesTwoOrThreeColumnsWithoutAHeader) {
  const auto file = read("a@b.example,p,Anna\nc,q\n");
  ASSERT_EQ(file.users.size(), 2U);
  EXPECT_EQ(file.users[0].aor, "a@b.example");
  EXPECT_EQ(file.users[0].password, "p");
  EXPECT_EQ(file.users[0].display_name, "Anna");
  EXPECT_EQ(file.users[1].aor, "c@home.example");
  EXPECT_EQ(file.lines, (std::vector<std::size_t>{1, 2}));
}

TEST(UserFile, TakesColumnsInTheOrderOfTheHeader) {
  const auto file = read("Display_Name, HA1 ,aor,ha1_sha256,ha1_sha512_256\nAnna," + md5 +
                         ",a@b.example," + sha256 + "," + std::string(64, 'c') + "\n");
  ASSERT_EQ(file.users.size(), 1U) << (file.errors.empty() ? "" : file.errors[0]);
  EXPECT_EQ(file.users[0].display_name, "Anna");
  EXPECT_EQ(file.users[0].ha1_md5, md5);
  EXPECT_EQ(file.users[0].ha1_sha256, std::string(64, 'b'));
  EXPECT_EQ(file.users[0].ha1_sha512_256, std::string(64, 'c'));
  EXPECT_EQ(file.users[0].password, "");
}

TEST(UserFile, JoinsUserNameAndDomain) {
  const auto file = read("username,domain,password\nalice,b.example,p\nbob,,p\n");
  ASSERT_EQ(file.users.size(), 2U);
  EXPECT_EQ(file.users[0].aor, "alice@b.example");
  EXPECT_EQ(file.users[1].aor, "bob@home.example");
}

TEST(UserFile, TakesExtensionsAsFreePbxExportsThem) {
  const auto file = read(
      "extension,password,name,voicemail,id,tech,user,secret\n"
      "100,of-its-page,Anna,novm,100,pjsip,100,s3cret\n");
  ASSERT_EQ(file.users.size(), 1U) << (file.errors.empty() ? "" : file.errors[0]);
  EXPECT_EQ(file.users[0].aor, "100@home.example");
  EXPECT_EQ(file.users[0].password, "s3cret");
  EXPECT_EQ(file.users[0].display_name, "Anna");
  EXPECT_EQ(file.unused_columns, "password, voicemail, id, tech, user");
}

TEST(UserFile, NamesTheColumnsItDoesNotUse) {
  EXPECT_EQ(read("id,aor,password,rpid\n1,a,p,\n").unused_columns, "id, rpid");
}

TEST(UserFile, RefusesAHeaderThatCannotBeFollowed) {
  EXPECT_EQ(only_error("aor,aor,password\n"), "u.csv:1: the header names the column 'aor' twice");
  EXPECT_EQ(only_error("aor,display_name\n"),
            "u.csv:1: the header names no password, ha1, ha1_sha256 or ha1_sha512_256");
}

TEST(UserFile, SaysWhatIsWrongWithARow) {
  const std::string head = "aor,password,ha1,ha1_sha256,display_name\n";
  EXPECT_EQ(only_error("a,p\na\n"),
            "u.csv:2: has 1 fields instead of aor,password or aor,password,display_name");
  EXPECT_EQ(only_error(head + "a,p\n"), "u.csv:2: has 2 fields, the header 5");
  EXPECT_EQ(only_error(head + "a,,,,\n"), "u.csv:2: the password is empty");
  EXPECT_EQ(only_error(head + "a,,xyz,,\n"), "u.csv:2: ha1 must be 32 hex digits");
  EXPECT_EQ(only_error(head + "a,,," + std::string(64, 'g') + ",\n"),
            "u.csv:2: ha1_sha256 must be 64 hex digits");
  EXPECT_EQ(only_error(head + "a,p,,,\"x\ny\"\n"),
            "u.csv:2: the display name is not UTF-8 or holds control characters");
  EXPECT_EQ(only_error(head + "a,p,,,\xC0\xAF\n"),
            "u.csv:2: the display name is not UTF-8 or holds control characters");
  EXPECT_EQ(only_error("a," + std::string(256, 'p') + "\n"),
            "u.csv:1: the password is longer than 255 bytes");
  EXPECT_EQ(only_error("a b,p\n"), "u.csv:1: 'a b' is no address of record: write user@domain");
  EXPECT_EQ(only_error("a,\"p\n"), "u.csv:1: the quote is never closed");
}

TEST(UserFile, RefusesAnHa1WhoseRealmIsNotTheDomain) {
  EXPECT_EQ(read("a@192.0.2.1,p\n").users.at(0).aor, "a@home.example");
  EXPECT_EQ(only_error("aor,ha1\na@192.0.2.1," + md5 + "\n"),
            "u.csv:2: an ha1 of 192.0.2.1 does not serve a@home.example");
}

TEST(UserFile, RefusesTheSameUserTwice) {
  EXPECT_EQ(only_error("a,p\nsip:a@HOME.example,q\n"), "u.csv:2: a@home.example is in line 1 too");
}

TEST(UserFile, CountsEveryBadRowAndShowsTheFirstTwenty) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "x\n";
  const auto file = read(text);
  EXPECT_EQ(file.bad_rows, 50U);
  EXPECT_EQ(file.errors.size(), 20U);
}

TEST(UserFile, KeepsScriptsThatNeedJoiners) {
  const std::string name = "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645";
  EXPECT_EQ(read("a,p," + name + "\n").users.at(0).display_name, name);
}

}  // namespace
}  // namespace app::cli
