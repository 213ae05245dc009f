#include "web/api/plan.hpp"

#include <gtest/gtest.h>

#include "web/api/cursor.hpp"
#include "web/api/json.hpp"

namespace web::api {
namespace {

using proxy::record::CallState;

Plan ask(std::string method, std::string target) {
  return plan({std::move(method), std::move(target), "", ""});
}
Plan get(std::string target) { return ask("GET", std::move(target)); }

template <class T>
void expect_task(const Plan& result, const T& wanted) {
  const auto* task = std::get_if<Task>(&result);
  ASSERT_NE(task, nullptr) << std::get<Reply>(result).body;
  const auto* kind = std::get_if<T>(task);
  ASSERT_NE(kind, nullptr);
  EXPECT_EQ(*kind, wanted);
}

void expect_problem(const Plan& result, int status, const std::string& field) {
  const auto* reply = std::get_if<Reply>(&result);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->status, status);
  EXPECT_EQ(reply->content_type, "application/problem+json");
  const auto body = Json::parse(reply->body);
  EXPECT_EQ(body.at("status"), status);
  EXPECT_EQ(body.value("field", ""), field);
}

std::string header(const Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers)
    if (key == name) return value;
  return {};
}

TEST(Plan, RoutesEveryListWithItsDefaults) {
  expect_task(get("/api/v1/users"), ListUsers{{0, 50}});
  expect_task(get("/api/v1/devices"), ListDevices{std::nullopt, {0, 50}, "", {}});
  expect_task(get("/api/v1/registrations"), ListRegistrations{{0, 50}});
  expect_task(get("/api/v1/bans?cursor=b7"), ListBans{{7, 50}});
  expect_task(get("/api/v1/calls"), ListCalls{std::nullopt, {false, 0}, 50});
}

TEST(Plan, SortsAndFiltersLists) {
  Page by_name{0, 50, {Order::By::aor, false}, ""};
  expect_task(get("/api/v1/users?sort=aor&q=ann"), ListUsers{by_name, "ann"});
  Page last{0, 7, {Order::By::last_register, true}, ""};
  expect_task(get("/api/v1/devices?sort=-last_register&limit=7&platform=apns&asleep=true"
                  "&user=a@b.c"),
              ListDevices{"a@b.c", last, "apns", true});
  expect_task(get("/api/v1/users/a@b.c/devices?platform=none&asleep=false"),
              ListDevices{"a@b.c", {}, "none", false});
  Page ends{0, 50, {Order::By::expires_at, false}, ""};
  expect_task(get("/api/v1/registrations?sort=expires_at&user=a@b.c&device=7"),
              ListRegistrations{ends, "a@b.c", 7});
  expect_task(get("/api/v1/push/log?device=7&outcome=withheld"),
              ListPushes{{}, 7, ListPushes::Outcome::withheld});
  expect_task(get("/api/v1/audit?who=page&what=user."), ListAudit{{}, "page", "user."});
}

TEST(Plan, ListsEndedCallsWithTheOldestFirst) {
  const auto ended = CallState::ended;
  expect_task(get("/api/v1/calls?state=ended&sort=id"),
              ListCalls{ended, {true, 0, true}, 50, {}, true});
  expect_task(get("/api/v1/calls?state=ended&sort=id&cursor=o7"),
              ListCalls{ended, {true, 7, true}, 50, {}, true});
  expect_task(get("/api/v1/calls?sort=-id"), ListCalls{std::nullopt, {false, 0}, 50});
  expect_problem(get("/api/v1/calls?sort=id"), 400, "sort");
  expect_problem(get("/api/v1/calls?state=ended&sort=id&cursor=e7"), 400, "cursor");
  expect_problem(get("/api/v1/calls?state=ended&cursor=o7"), 400, "cursor");
}

TEST(Plan, RefusesSortsAndFiltersThatAListDoesNotHave) {
  expect_problem(get("/api/v1/users?sort=password"), 400, "sort");
  expect_problem(get("/api/v1/users?sort="), 400, "sort");
  expect_problem(get("/api/v1/devices?sort=aor"), 400, "sort");
  expect_problem(get("/api/v1/devices?platform=pigeon"), 400, "platform");
  expect_problem(get("/api/v1/devices?asleep=1"), 400, "asleep");
  expect_problem(get("/api/v1/registrations?device=0"), 400, "device");
  expect_problem(get("/api/v1/registrations?user=odd"), 400, "user");
  expect_problem(get("/api/v1/push/log?outcome=good"), 400, "outcome");
  expect_problem(get("/api/v1/audit?who=" + std::string(256, 'x')), 400, "who");
  expect_problem(get("/api/v1/audit?q=x"), 400, "q");
}

TEST(Plan, GoesOnOnlyInTheOrderACursorIsOf) {
  const Order by_name{Order::By::aor, false};
  const auto cursor = page_cursor('u', by_name, 17, "a@b.c");
  expect_task(get("/api/v1/users?sort=aor&cursor=" + cursor),
              ListUsers{{17, 50, by_name, "a@b.c"}, ""});
  expect_problem(get("/api/v1/users?cursor=" + cursor), 400, "cursor");
  expect_problem(get("/api/v1/users?sort=-aor&cursor=" + cursor), 400, "cursor");
  expect_problem(get("/api/v1/devices?sort=last_register&cursor=dl17.YQ"), 400, "cursor");
  expect_problem(get("/api/v1/users?sort=aor&cursor=ua17"), 400, "cursor");
  expect_problem(get("/api/v1/users?sort=aor&cursor=ua17.*"), 400, "cursor");
}

TEST(Plan, ChangesTokensFieldByField) {
  const auto patch = [](const std::string& body) {
    return plan({"PATCH", "/api/v1/tokens/3", "application/json", body});
  };
  ChangeToken change{3, "cron", Scope::read, {}, {}};
  expect_task(patch(R"({"name":"cron","scope":"read"})"), change);
  ChangeToken lasting;
  lasting.id = 3;
  lasting.lifetime_s.emplace(std::nullopt);
  expect_task(patch(R"({"expires_in_s":null})"), lasting);
  lasting.lifetime_s.emplace(60);
  expect_task(patch(R"({"expires_in_s":60})"), lasting);
  expect_problem(patch("{}"), 400, "");
  expect_problem(patch(R"({"scope":"all"})"), 400, "scope");
  expect_problem(patch(R"({"name":null})"), 400, "name");
  expect_problem(patch(R"({"token":"sw_x"})"), 400, "token");
}

TEST(Plan, TakesALimitOfAUserOrNullForNone) {
  const auto patch = [](const std::string& body) {
    return plan({"PATCH", "/api/v1/users/a@b.c", "application/json", body});
  };
  expect_task(patch(R"({"max_contacts":3})"), ChangeUser{"a@b.c", {}, {}, {}, {}, 3});
  expect_task(patch(R"({"max_contacts":null})"), ChangeUser{"a@b.c", {}, {}, {}, {}, 0});
  expect_problem(patch(R"({"max_contacts":0})"), 400, "max_contacts");
  expect_problem(patch(R"({"max_contacts":21})"), 400, "max_contacts");
}

TEST(Plan, RoutesEveryThingById) {
  expect_task(get("/api/v1/devices/7"), ReadDevice{7});
  expect_task(get("/api/v1/registrations/8"), ReadRegistration{8});
  expect_task(ask("DELETE", "/api/v1/registrations/8"), RemoveRegistration{8});
  expect_task(get("/api/v1/calls/9223372036854775807"), ReadCall{9223372036854775807});
}

TEST(Plan, LiftsABanByIdOrByAddress) {
  expect_task(get("/api/v1/bans/7"), ReadBan{7});
  expect_task(ask("DELETE", "/api/v1/bans/7"), LiftBan{7, ""});
  expect_task(ask("DELETE", "/api/v1/bans/192.0.2.1"), LiftBan{0, "192.0.2.1"});
  expect_task(ask("DELETE", "/api/v1/bans/2001%3Adb8%3A%3A%2F64"), LiftBan{0, "2001:db8::/64"});
}

TEST(Plan, RoutesWhatTheServerKnows) {
  expect_task(get("/api/v1/status"), ReadStatus{});
  expect_task(get("/api/v1/push/providers"), ReadProviders{});
  expect_task(get("/metrics"), ReadMetrics{});
  expect_task(get("/readyz"), CheckReady{});
}

TEST(Plan, ReadsAnAddressOfRecordFromThePathWithAndWithoutEscapes) {
  expect_task(get("/api/v1/users/alice@example.com"), ReadUser{"alice@example.com"});
  expect_task(get("/api/v1/users/alice%40EXAMPLE.com"), ReadUser{"alice@example.com"});
  expect_task(get("/api/v1/users/a%2520b%40example.com"), ReadUser{"a%20b@example.com"});
  expect_task(get("/api/v1/users/a%2fb@example.com"), ReadUser{"a/b@example.com"});
  expect_task(get("/api/v1/users/a%40b%20c@example.com"), ReadUser{"a@b c@example.com"});
  expect_task(ask("DELETE", "/api/v1/users/alice@example.com"), RemoveUser{"alice@example.com"});
}

TEST(Plan, ListsTheDevicesOfAUser) {
  expect_task(get("/api/v1/users/alice%40example.com/devices?limit=2&cursor=d17"),
              ListDevices{"alice@example.com", {17, 2}, "", {}});
}

TEST(Plan, AnswersTheLivenessProbeItself) {
  EXPECT_EQ(std::get<Reply>(get("/healthz")).body, "ok\n");
}

TEST(Plan, ShowsAPageWithoutDataAtTheRoot) {
  const auto reply = std::get<Reply>(get("/"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
  EXPECT_NE(reply.body.find("/api/v1"), std::string::npos);
  EXPECT_EQ(reply.body.find("<script>"), std::string::npos);
  EXPECT_EQ(reply.body.find("<style"), std::string::npos);
}

TEST(Plan, TreatsHeadAsGet) { expect_task(ask("HEAD", "/api/v1/status"), ReadStatus{}); }

TEST(Plan, SaysWhichMethodsAPathKnows) {
  const auto reply = std::get<Reply>(ask("PUT", "/api/v1/users/alice@example.com"));
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(header(reply, "Allow"), "GET, HEAD, PATCH, DELETE");
}

TEST(Plan, MethodsAreCaseSensitive) { expect_problem(ask("get", "/api/v1/users"), 405, ""); }

TEST(Plan, DoesNotKnowOtherPaths) {
  for (const auto* path : {"/api", "/api/v1", "/api/v1/", "/api/v1/users/", "/api/v1/token",
                           "/api/v1/users/alice@example.com/devices/1", "//", "/healthz/",
                           "/API/v1/users", "/api/v1/calls/1/legs"})
    expect_problem(get(path), 404, "");
}

TEST(Plan, ThingsThatCannotExistAreNotFound) {
  for (const auto* path : {"/api/v1/users/nobody", "/api/v1/users/a@b:1/devices",
                           "/api/v1/devices/0", "/api/v1/devices/-1", "/api/v1/devices/x",
                           "/api/v1/calls/9223372036854775808", "/api/v1/registrations/%20"})
    expect_problem(get(path), 404, "");
}

TEST(Plan, RefusesABadLimitByName) {
  for (const auto* limit : {"0", "201", "-1", "", "x", "50x", "99999999999999999999", "%35.0"})
    expect_problem(get(std::string("/api/v1/users?limit=") + limit), 400, "limit");
}

TEST(Plan, TakesTheLimitsOfTheLimit) {
  expect_task(get("/api/v1/users?limit=1"), ListUsers{{0, 1}});
  expect_task(get("/api/v1/users?limit=200"), ListUsers{{0, 200}});
}

TEST(Plan, RefusesACursorOfAnotherListByName) {
  for (const auto* target :
       {"/api/v1/users?cursor=d1", "/api/v1/devices?cursor=u1", "/api/v1/registrations?cursor=1",
        "/api/v1/users?cursor=", "/api/v1/users?cursor=u-1", "/api/v1/calls?cursor=u1",
        "/api/v1/calls?cursor=e9223372036854775808"})
    expect_problem(get(target), 400, "cursor");
}

TEST(Plan, RefusesUnknownParametersByName) {
  expect_problem(get("/api/v1/users?page=2"), 400, "page");
  expect_problem(get("/api/v1/users/alice@example.com?limit=1"), 400, "limit");
  expect_problem(get("/healthz?x"), 400, "x");
}

TEST(Plan, ReadsTheStateOfCalls) {
  expect_task(get("/api/v1/calls?state=held&limit=3"), ListCalls{CallState::held, {}, 3});
  expect_task(get("/api/v1/calls?state=ringing"), ListCalls{CallState::ringing, {}, 50});
  expect_task(get("/api/v1/calls?state=active"), ListCalls{CallState::active, {}, 50});
  expect_task(get("/api/v1/calls?state=ended"), ListCalls{CallState::ended, {true, 0}, 50});
}

TEST(Plan, RefusesAnUnknownState) {
  expect_problem(get("/api/v1/calls?state=HELD"), 400, "state");
  expect_problem(get("/api/v1/calls?state="), 400, "state");
}

TEST(Plan, GoesOnInAListOfCallsWhereItsCursorSays) {
  expect_task(get("/api/v1/calls?cursor=l9"), ListCalls{std::nullopt, {false, 9}, 50});
  expect_task(get("/api/v1/calls?cursor=e0"), ListCalls{std::nullopt, {true, 0}, 50});
  expect_task(get("/api/v1/calls?state=ended&cursor=e5"),
              ListCalls{CallState::ended, {true, 5}, 50});
}

TEST(Plan, RefusesACursorThatDoesNotFitTheState) {
  expect_problem(get("/api/v1/calls?state=held&cursor=e5"), 400, "cursor");
  expect_problem(get("/api/v1/calls?state=ended&cursor=l5"), 400, "cursor");
}

TEST(Plan, RefusesADamagedTarget) { expect_problem(get("/api/v1/users/%4"), 400, ""); }

TEST(IsOpen, OnlyWhatHoldsNoUserData) {
  for (const auto* path : {"/", "/healthz", "/readyz", "/metrics", "/metrics?x=1", "/favicon.ico",
                           "http://host/healthz"})
    EXPECT_TRUE(is_open(path)) << path;
}

TEST(IsOpen, NothingOfTheApiButTheLoginHoweverItIsWritten) {
  for (const auto& route : routes())
    if (route.pattern.starts_with("/api/") && route.pattern != "/api/v1/login") {
      EXPECT_FALSE(is_open(route.pattern)) << route.pattern;
    }
  for (const auto* path : {"/api", "/api/", "/api/v1/nothing", "/%61pi/v1/users", "/api/v1/users?x",
                           "http://host/api/v1/users", "/api/v1/%", "*", ""})
    EXPECT_FALSE(is_open(path)) << path;
}

}  // namespace
}  // namespace web::api
