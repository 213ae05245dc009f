#include "web/api/user_rows.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

using Rows = std::vector<ImportUsers::Row>;

std::variant<Rows, Problem> read(const std::string& text) {
  return read_user_rows("text/csv; charset=utf-8", text);
}

void expect_refused(const std::string& text, const std::string& why, int status = 400) {
  const auto rows = read(text);
  const auto* problem = std::get_if<Problem>(&rows);
  ASSERT_NE(problem, nullptr) << text;
  EXPECT_EQ(problem->status, status);
  EXPECT_NE(problem->detail.find(why), std::string::npos) << problem->detail;
}

TEST(UserRows, AreReadByTheColumnsTheHeaderNames) {
  const auto rows = read("password,AOR , display_name\r\np,alice@Example.com,\"A, B\"\r\n");
  ASSERT_TRUE(std::holds_alternative<Rows>(rows)) << std::get<Problem>(rows).detail;
  EXPECT_EQ(std::get<Rows>(rows), (Rows{{"alice@example.com", "p", "A, B"}}));
}

TEST(UserRows, SayHowManyContactsAUserMayHave) {
  const auto rows = read("aor,password,max_contacts\na@x,p,3\nb@x,p,\n");
  ASSERT_TRUE(std::holds_alternative<Rows>(rows)) << std::get<Problem>(rows).detail;
  EXPECT_EQ(std::get<Rows>(rows)[0].max_contacts, 3U);
  EXPECT_EQ(std::get<Rows>(rows)[1].max_contacts, 0U);
}

TEST(UserRows, SayWhereCallsGoOnTo) {
  const auto rows = read(
      "aor,password,Forward_Busy,do_not_disturb,forward_no_answer_s\n"
      "a@x,p,'+4930,Yes,15\nb@x,p,,,\n");
  ASSERT_TRUE(std::holds_alternative<Rows>(rows)) << std::get<Problem>(rows).detail;
  const auto& wishes = std::get<Rows>(rows)[0].forwarding;
  EXPECT_EQ(wishes.busy, "+4930");
  EXPECT_EQ(wishes.do_not_disturb, true);
  EXPECT_EQ(wishes.no_answer_s, 15U);
  EXPECT_FALSE(wishes.always);
  EXPECT_EQ(std::get<Rows>(rows)[1].forwarding, proxy::record::ForwardingFields{});
}

TEST(UserRows, BlameTheLineWhoseWishesAreOdd) {
  expect_refused("aor,password,do_not_disturb\na@b,p,maybe\n",
                 "line 2: do_not_disturb must be true or false");
  for (const char* number : {"0", "601", "-1", "1e3", "99999999999999999999"})
    expect_refused(std::string{"aor,password,forward_no_answer_s\na@b,p,"} + number + "\n",
                   "line 2: forward_no_answer_s must be a number from 1 to 600");
  expect_refused("aor,password,forward_busy,FORWARD_BUSY\n", "twice");
  expect_refused("aor,password,forward_sometimes\n", "not known");
}

TEST(UserRows, BlameTheLine) {
  expect_refused("", "empty");
  expect_refused("password\np\n", "aor");
  expect_refused("aor,aor\n", "twice");
  expect_refused("aor,odd\n", "not known");
  expect_refused("aor,password\n", "no users");
  expect_refused("aor,password\na@b,p\nc@d\n", "line 3");
  expect_refused("aor,password\nnobody,p\n", "line 2: the aor");
  expect_refused("aor,password\na@b,\n", "no password");
  expect_refused("aor,password\na@b,\"p\n", "line 2");
  for (const char* number : {"0", "21", "-1", "1e3", "99999999999999999999"})
    expect_refused(std::string{"aor,password,max_contacts\na@b,p,"} + number + "\n", "1 to 20");
  expect_refused("aor,password\na@b," + std::string(256, 'p') + "\n", "255");
}

TEST(UserRows, AreAtMostFiveHundred) {
  std::string text{"aor,password\n"};
  for (int i = 0; i < 501; ++i) text += "u" + std::to_string(i) + "@b,p\n";
  expect_refused(text, "500", 413);
}

TEST(UserRows, ComeAsCsvOnly) {
  const auto rows = read_user_rows("application/json", "{}");
  ASSERT_TRUE(std::holds_alternative<Problem>(rows));
  EXPECT_EQ(std::get<Problem>(rows).status, 415);
}

TEST(UserRows, ThatWereWrittenCanBeReadAgain) {
  proxy::record::User user;
  user.aor = "a b@example.com";
  user.display_name = "Anna \"the\" Great, Esq.";
  user.ha1_md5 = std::string(32, 'a');
  user.ha1_sha256 = std::string(64, 'b');
  user.max_contacts = 7;
  user.forwarding = {true, "=1+1", "bob, or \"carol\"", "*97", 45, "+4930"};
  const auto rows = read(user_csv_header() + user_csv_line(user));
  ASSERT_TRUE(std::holds_alternative<Rows>(rows)) << std::get<Problem>(rows).detail;
  const auto& row = std::get<Rows>(rows).at(0);
  EXPECT_EQ(row.aor, "a%20b@example.com");
  EXPECT_EQ(row.display_name, user.display_name);
  EXPECT_EQ(row.ha1, user.ha1_md5);
  EXPECT_EQ(row.ha1_sha256, user.ha1_sha256);
  EXPECT_EQ(row.forwarding, (proxy::record::ForwardingFields{true, "=1+1", "bob, or \"carol\"",
                                                             "*97", "+4930", 45}));
}

}  // namespace
}  // namespace web::api
