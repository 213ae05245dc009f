#include <gtest/gtest.h>

#include "web/api/json.hpp"
#include "web/api/plan.hpp"

namespace web::api {
namespace {

Plan post(std::string body, std::string type = "application/json") {
  return plan({"POST", "/api/v1/users", std::move(type), std::move(body)});
}
Plan patch(std::string body) {
  return plan({"PATCH", "/api/v1/users/alice@example.com", "application/json", std::move(body)});
}

template <class T>
void expect_task(const Plan& result, const T& wanted) {
  const auto* task = std::get_if<Task>(&result);
  ASSERT_NE(task, nullptr) << std::get<Reply>(result).body;
  EXPECT_EQ(std::get<T>(*task), wanted);
}

void expect_problem(const Plan& result, int status, const std::string& field) {
  const auto* reply = std::get_if<Reply>(&result);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->status, status) << reply->body;
  EXPECT_EQ(Json::parse(reply->body).value("field", ""), field) << reply->body;
}

TEST(AddUser, TakesAllFields) {
  expect_task(post(R"({"aor":"alice@Example.com","password":"p\"w","display_name":"Älice"})"),
              AddUser{"alice@example.com", "p\"w", "Älice"});
}

TEST(AddUser, NeedsNoDisplayName) {
  expect_task(post(R"({"aor":"a@b","password":"p"})"), AddUser{"a@b", "p", ""});
}

TEST(AddUser, TakesAContentTypeWithParameters) {
  expect_task(post(R"({"aor":"a@b","password":"p"})", "Application/JSON ; charset=utf-8"),
              AddUser{"a@b", "p", ""});
}

TEST(AddUser, NamesTheMissingField) {
  expect_problem(post(R"({"password":"p"})"), 400, "aor");
  expect_problem(post(R"({"aor":"a@b"})"), 400, "password");
}

TEST(AddUser, NamesTheEmptyField) {
  expect_problem(post(R"({"aor":"","password":"p"})"), 400, "aor");
  expect_problem(post(R"({"aor":"a@b","password":""})"), 400, "password");
}

TEST(AddUser, NamesTheFieldOfTheWrongType) {
  expect_problem(post(R"({"aor":5,"password":"p"})"), 400, "aor");
  expect_problem(post(R"({"aor":"a@b","password":null})"), 400, "password");
  expect_problem(post(R"({"aor":"a@b","password":"p","display_name":{}})"), 400, "display_name");
}

TEST(AddUser, RefusesWhatIsNoAddressOfRecord) {
  expect_problem(post(R"({"aor":"alice","password":"p"})"), 400, "aor");
  expect_problem(post(R"({"aor":"a\u0000@b","password":"p"})"), 400, "aor");
}

TEST(AddUser, RefusesUnknownFieldsByName) {
  expect_problem(post(R"({"aor":"a@b","password":"p","ha1_md5":"x"})"), 400, "ha1_md5");
}

TEST(AddUser, RefusesAFieldThatIsGivenTwice) {
  expect_problem(post(R"({"aor":"a@b","password":"p","aor":"c@d"})"), 400, "aor");
}

TEST(AddUser, RefusesControlCharacters) {
  expect_problem(post(R"({"aor":"a@b","password":"p","display_name":"x\r\ny"})"), 400,
                 "display_name");
  expect_problem(post(R"({"aor":"a@b","password":"p\u0000q"})"), 400, "password");
}

TEST(AddUser, RefusesLongFields) {
  const std::string good(255, 'x');
  expect_task(post(R"({"aor":"a@b","password":")" + good + "\"}"), AddUser{"a@b", good, ""});
  expect_problem(post(R"({"aor":"a@b","password":")" + good + "x\"}"), 400, "password");
}

TEST(AddUser, RefusesWhatIsNoJson) {
  for (const auto* body : {"", "{", "{\"aor\":", "aor=a@b", "{}x", "{\"a\":\"\xff\"}", "[", "\x00"})
    expect_problem(post(body), 400, "");
}

TEST(AddUser, RefusesJsonThatIsNoObject) {
  for (const auto* body : {"[]", "1", "null", "\"a\"", "true"}) expect_problem(post(body), 400, "");
}

TEST(AddUser, RefusesOtherContentTypes) {
  const std::string body = R"({"aor":"a@b","password":"p"})";
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "application/jsonx", "multipart/form-data; boundary=json"})
    expect_problem(post(body, type), 415, "");
}

TEST(AddUser, TakesSixteenLevelsAndRefusesMore) {
  const auto nested = [](std::size_t levels) {
    return R"({"x":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
  };
  expect_problem(post(nested(16)), 400, "x");
  const auto result = post(nested(17));
  EXPECT_NE(std::get<Reply>(result).body.find("nested"), std::string::npos);
}

TEST(AddUser, BracketsInStringsAreNoLevels) {
  const std::string many = R"(\")" + std::string(100, '[');
  expect_task(post(R"({"aor":"a@b","password":"p","display_name":")" + many + "\"}"),
              AddUser{"a@b", "p", "\"" + std::string(100, '[')});
}

TEST(AddUser, AMegabyteOfBracketsIsRefusedAtOnce) {
  const auto result = post(std::string(1'000'000, '['));
  EXPECT_NE(std::get<Reply>(result).body.find("nested"), std::string::npos);
}

TEST(AddUser, ALongUnknownFieldNameIsCutInTheAnswer) {
  const auto result = post("{\"" + std::string(100'000, 'n') + "\":1}");
  expect_problem(result, 400, std::string(255, 'n'));
}

TEST(AddUser, TheRefusalNeverRepeatsThePassword) {
  const auto result = post(R"({"aor":"nobody","password":"hunter2"})");
  EXPECT_EQ(std::get<Reply>(result).body.find("hunter2"), std::string::npos);
}

TEST(ChangeUser, ChangesOnlyWhatIsGiven) {
  ChangeUser wanted{"alice@example.com", {}, {}, false};
  expect_task(patch(R"({"enabled":false})"), wanted);
  wanted = {"alice@example.com", "new", "", {}};
  expect_task(patch(R"({"password":"new","display_name":""})"), wanted);
}

TEST(ChangeUser, RefusesAnEmptyChange) { expect_problem(patch("{}"), 400, ""); }

TEST(ChangeUser, RefusesAnEmptyPassword) {
  expect_problem(patch(R"({"password":""})"), 400, "password");
}

TEST(ChangeUser, RefusesANewAddressOfRecord) {
  expect_problem(patch(R"({"aor":"bob@example.com"})"), 400, "aor");
}

TEST(ChangeUser, NamesTheFieldOfTheWrongType) {
  expect_problem(patch(R"({"enabled":"yes"})"), 400, "enabled");
  expect_problem(patch(R"({"enabled":null})"), 400, "enabled");
  expect_problem(patch(R"({"password":[]})"), 400, "password");
}

}  // namespace
}  // namespace web::api
