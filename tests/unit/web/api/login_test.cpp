#include <gtest/gtest.h>

#include "web/api/json.hpp"
#include "web/api/plan.hpp"
#include "web/api/render.hpp"

namespace web::api {
namespace {

Request request(std::string method, std::string target, std::string body = "") {
  Request made{std::move(method), std::move(target), "application/json", std::move(body)};
  made.session = "abc";
  made.peer = "192.0.2.1";
  return made;
}

std::string header(const Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers)
    if (key == name) return value;
  return {};
}

TEST(Login, TakesThePasswordAndWhoGaveIt) {
  const auto asked = plan(request("POST", "/api/v1/login", R"({"password":"p"})"));
  EXPECT_EQ(std::get<Task>(asked), (Task{Login{"p", "192.0.2.1"}}));
}

TEST(Login, RefusesOtherFields) {
  const auto asked = plan(request("POST", "/api/v1/login", R"({"password":"p","user":"x"})"));
  EXPECT_EQ(std::get<Reply>(asked).status, 400);
}

TEST(Login, ChangesThePasswordOfThePageToALongerOne) {
  const auto ask = [](const std::string& body) {
    return plan(request("POST", "/api/v1/login/password", body));
  };
  EXPECT_EQ(std::get<Task>(ask(R"({"password":"p","new_password":"12345678"})")),
            (Task{ChangePassword{"p", "12345678", "abc", "192.0.2.1"}}));
  EXPECT_EQ(std::get<Reply>(ask(R"({"password":"p","new_password":"1234567"})")).status, 400);
  EXPECT_EQ(std::get<Reply>(ask(R"({"new_password":"12345678"})")).status, 400);
  EXPECT_EQ(needed_scope("POST", "/api/v1/login/password"), Scope::admin);
}

TEST(Login, AndOnlyItIsOpen) {
  EXPECT_TRUE(is_open("/api/v1/login"));
  EXPECT_TRUE(is_open("/assets/index-abc.js"));
  for (const auto* closed : {"/api/v1/logout", "/api/v1/events", "/api/v1/login/x"})
    EXPECT_FALSE(is_open(closed)) << closed;
}

TEST(Login, NamesTheSessionOfTheCookie) {
  EXPECT_EQ(std::get<Task>(plan(request("POST", "/api/v1/logout"))), (Task{Logout{"abc"}}));
  EXPECT_EQ(std::get<Task>(plan(request("GET", "/api/v1/login"))), (Task{ReadLogin{"abc"}}));
}

TEST(Login, SetsTheCookieAndGivesTheCsrfToken) {
  const auto reply = render(LoggedIn{"secret", "stamp", 60});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Json::parse(reply.body), (Json{{"logged_in", true}, {"csrf", "stamp"}}));
  EXPECT_TRUE(header(reply, "Set-Cookie").starts_with("sipwake_session=secret; Max-Age=60;"));
  EXPECT_EQ(reply.body.find("secret"), std::string::npos);
}

TEST(Login, SaysWhyItWasRefused) {
  EXPECT_EQ(render(LoginRefused{}).status, 403);
  const auto later = render(LoginRefused{17});
  EXPECT_EQ(later.status, 429);
  EXPECT_EQ(header(later, "Retry-After"), "17");
}

TEST(Login, EndsWithTheCookieTakenBack) {
  const auto reply = render(LoggedOut{});
  EXPECT_EQ(reply.status, 204);
  EXPECT_TRUE(header(reply, "Set-Cookie").starts_with("sipwake_session=; Max-Age=0;"));
}

TEST(Watch, GoesOnAfterTheLastEvent) {
  auto asked = request("GET", "/api/v1/events");
  EXPECT_EQ(std::get<Watch>(plan(asked)), Watch{});
  asked.last_event_id = "5-17";
  EXPECT_EQ(std::get<Watch>(plan(asked)), (Watch{EventId{5, 17}}));
  asked.last_event_id = "nonsense";
  EXPECT_EQ(std::get<Watch>(plan(asked)), Watch{});
}

TEST(Watch, HasNoStreamForHead) {
  EXPECT_EQ(std::get<Reply>(plan(request("HEAD", "/api/v1/events"))).status, 200);
}

TEST(Page, IsNotKeptButItsFilesAre) {
  const auto reply = std::get<Reply>(plan(request("GET", "/")));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(std::get<Reply>(plan(request("GET", "/assets/nothing.js"))).status, 404);
  EXPECT_EQ(std::get<Reply>(plan(request("GET", "/assets/..%2Findex.html"))).status, 404);
}

}  // namespace
}  // namespace web::api
