#include "web/server/http_server.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <nlohmann/json.hpp>

#include "sipstack/auth/digest.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"
#include "tests/unit/web/server/http_client.hpp"

namespace web::server {
namespace {

using nlohmann::json;
using proxy::runtime::Server;

const auto any_port = *sip::Endpoint::parse("127.0.0.1:0");

/// The API in front of a whole server on loopback ports, with the token "good".
class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() {
    server_.start();
    std::promise<void> stored;
    server_.change(
        proxy::AddToken{"test", sip::auth::hash_hex(sip::auth::Algorithm::sha256, "good")},
        [&](const proxy::view::Answer&) { stored.set_value(); });
    stored.get_future().wait();
  }

  static proxy::Settings settings(const std::string& data_dir) {
    proxy::Settings out;
    out.http_address = *sip::Endpoint::parse("127.0.0.1:0");
    out.data_dir = data_dir;
    out.domains = {"example.com"};
    out.listeners = {{sip::Transport::udp, any_port, {}}};
    return out;
  }
  Received ask(const std::string& request) {
    HttpClient client{http_.bound().port};
    return client.ask(request).value_or(Received{});
  }
  json read(const std::string& target) { return json::parse(ask(get(target)).body); }
  Received add(const std::string& aor) {
    return ask(
        with_body("POST", "/api/v1/users", R"({"aor":")" + aor + R"(","password":"secret"})"));
  }

  proxy::store::TempDir dir_;
  std::shared_ptr<proxy::runtime::log::Log> log_{std::make_shared<proxy::runtime::log::Log>(
      proxy::runtime::log::Format::text, proxy::Level::error, STDERR_FILENO)};
  Server server_{settings(dir_.path()), log_};
  HttpServer http_{server_, any_port, log_};
};

TEST_F(HttpServerTest, MakesAUserThatCanBeReadAtItsLocation) {
  const auto made = add("alice@Example.com");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("location"), "/api/v1/users/alice@example.com");
  EXPECT_EQ(made.body.find("secret"), std::string::npos);
  const auto shown = ask(get(made.header("location")));
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.body, made.body);
}

TEST_F(HttpServerTest, AUserWithOddCharactersIsFoundWhereItsLocationSays) {
  const auto made = add("a%20b%2fc@example.com");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto where = made.header("location");
  EXPECT_EQ(ask(get(where)).status, 200) << where;
  EXPECT_EQ(ask(with_body("PATCH", where, R"({"enabled":false})")).status, 200);
  EXPECT_EQ(ask(with_body("DELETE", where, "")).status, 204);
  EXPECT_EQ(ask(get(where)).status, 404);
}

TEST_F(HttpServerTest, RefusesAUserThatExists) {
  ASSERT_EQ(add("alice@example.com").status, 201);
  const auto again = add("alice@EXAMPLE.com");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.header("content-type"), "application/problem+json");
  EXPECT_EQ(json::parse(again.body).at("field"), "aor");
}

TEST_F(HttpServerTest, ChangesAndRemovesAUser) {
  ASSERT_EQ(add("alice@example.com").status, 201);
  const auto changed = ask(with_body("PATCH", "/api/v1/users/alice%40example.com",
                                     R"({"display_name":"Alice","enabled":false})"));
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(json::parse(changed.body).at("display_name"), "Alice");
  EXPECT_EQ(json::parse(changed.body).at("enabled"), false);
  EXPECT_EQ(ask(with_body("DELETE", "/api/v1/users/alice@example.com", "")).status, 204);
  EXPECT_EQ(ask(with_body("DELETE", "/api/v1/users/alice@example.com", "")).status, 404);
}

TEST_F(HttpServerTest, WalksThroughAListByItsCursors) {
  for (const auto* aor : {"a@example.com", "b@example.com", "c@example.com"})
    ASSERT_EQ(add(aor).status, 201);
  std::vector<std::string> seen;
  std::string target = "/api/v1/users?limit=2";
  for (json page = read(target);;
       page = read(target + "&cursor=" + page.at("next").get<std::string>())) {
    for (const auto& item : page.at("items")) seen.push_back(item.at("aor"));
    if (page.at("next").is_null()) break;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"a@example.com", "b@example.com", "c@example.com"}));
}

TEST_F(HttpServerTest, ShowsWhereItListensAndWhatItCounts) {
  ASSERT_EQ(add("alice@example.com").status, 201);
  const auto status = read("/api/v1/status");
  EXPECT_EQ(status.at("version"), SIPWAKE_VERSION);
  EXPECT_EQ(status.at("listeners").at(0).at("transport"), "udp");
  EXPECT_EQ(status.at("listeners").at(0).at("address"),
            server_.settings().locals.at(0).bound.to_string());
  EXPECT_EQ(status.at("counts").at("users"), 1);
  EXPECT_EQ(status.at("push").at(0).at("configured"), false);
}

TEST_F(HttpServerTest, AnswersEveryListOfAnEmptyServer) {
  for (const auto* target :
       {"/api/v1/users", "/api/v1/devices", "/api/v1/registrations", "/api/v1/calls",
        "/api/v1/calls?state=held", "/api/v1/calls?state=ended"})
    EXPECT_EQ(ask(get(target)).body, "{\"items\":[],\"next\":null}\n") << target;
  for (const auto* target : {"/api/v1/devices/1", "/api/v1/registrations/1", "/api/v1/calls/1"})
    EXPECT_EQ(ask(get(target)).status, 404) << target;
  EXPECT_EQ(ask(with_body("DELETE", "/api/v1/registrations/1", "")).status, 404);
}

TEST_F(HttpServerTest, IsReadyAndMeasured) {
  EXPECT_EQ(ask("GET /readyz HTTP/1.1\r\nHost: t\r\n\r\n").body, "ready\n");
  const auto metrics = ask("GET /metrics HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.body.find("\nsipwake_held_calls 0\n"), std::string::npos);
}

TEST_F(HttpServerTest, ChangesOnlyWhatWasRead) {
  const auto made = add("alice@example.com");
  const auto tag = made.header("etag");
  const auto patch = [&](const std::string& if_match) {
    return ask(
        "PATCH /api/v1/users/alice@example.com HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer "
        "good\r\n"
        "Content-Type: application/json\r\nIf-Match: " +
        if_match + "\r\nContent-Length: 23\r\n\r\n{\"display_name\":\"Anna\"}");
  };
  const auto changed = patch(tag);
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_NE(changed.header("etag"), tag);
  const auto late = patch(tag);
  EXPECT_EQ(late.status, 412);
  EXPECT_EQ(json::parse(late.body).at("field"), "If-Match");
}

TEST_F(HttpServerTest, MakesATokenThatCanDoNoMoreThanItSays) {
  const auto made = ask(with_body("POST", "/api/v1/tokens", R"({"name":"looker","scope":"read"})"));
  ASSERT_EQ(made.status, 201) << made.body;
  const auto token = json::parse(made.body).at("token").get<std::string>();
  const auto as_it = [&](const std::string& method, const std::string& target) {
    return ask(method + ' ' + target + " HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer " + token +
               "\r\nContent-Length: 0\r\n\r\n");
  };
  EXPECT_EQ(as_it("GET", "/api/v1/users").status, 200);
  const auto refused = as_it("POST", "/api/v1/users");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.header("www-authenticate").find("insufficient_scope"), std::string::npos);
  EXPECT_EQ(as_it("GET", "/api/v1/tokens").status, 403);
  EXPECT_EQ(ask(with_body("DELETE", made.header("location"), "")).status, 204);
  EXPECT_EQ(as_it("GET", "/api/v1/users").status, 401);
}

TEST_F(HttpServerTest, WritesIntoTheAuditWhoChangedWhat) {
  ASSERT_EQ(add("alice@example.com").status, 201);
  ASSERT_EQ(
      ask(with_body("PATCH", "/api/v1/users/alice@example.com", R"({"password":"hidden"})")).status,
      200);
  const auto shown = ask(get("/api/v1/audit"));
  const auto items = json::parse(shown.body).at("items");
  ASSERT_EQ(items.size(), 2U) << shown.body;
  EXPECT_EQ(items[0].at("what"), "user.change");
  EXPECT_EQ(items[0].at("detail"), "password");
  EXPECT_EQ(items[0].at("who"), "token 1 (test)");
  EXPECT_EQ(items[0].at("from"), "127.0.0.1");
  EXPECT_EQ(items[1].at("what"), "user.add");
  EXPECT_EQ(items[1].at("target"), "alice@example.com");
  EXPECT_EQ(shown.body.find("hidden"), std::string::npos);
}

TEST_F(HttpServerTest, WritesNothingIntoTheAuditForWhatIsRefused) {
  ASSERT_EQ(ask(with_body("DELETE", "/api/v1/users/alice@example.com", "")).status, 404);
  EXPECT_TRUE(read("/api/v1/audit").at("items").empty());
}

TEST_F(HttpServerTest, NotesWhenATokenWasUsed) {
  // The answer to a change waits for its commit, and the use of the token was told before it.
  ASSERT_EQ(add("alice@example.com").status, 201);
  EXPECT_FALSE(read("/api/v1/tokens/1").at("last_used").is_null());
}

TEST_F(HttpServerTest, MakesAUserOnceForOneKey) {
  const auto ask_with_key = [&] {
    const std::string body = R"({"aor":"alice@example.com","password":"p"})";
    return ask(
        "POST /api/v1/users HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer good\r\nContent-Type: "
        "application/json\r\n"
        "Idempotency-Key: 17\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  const auto first = ask_with_key();
  const auto second = ask_with_key();
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("idempotency-replayed"), "true");
  EXPECT_EQ(read("/api/v1/status").at("counts").at("users"), 1);
}

TEST_F(HttpServerTest, SparesAUserThatTheClientHas) {
  const auto made = add("alice@example.com");
  const auto same = ask(
      "GET /api/v1/users/alice@example.com HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer good\r\n"
      "If-None-Match: " +
      made.header("etag") + "\r\n\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
}

TEST_F(HttpServerTest, StopsWithConnectionsOpenAndRequestsUnderWay) {
  HttpClient idle{http_.bound().port};
  ASSERT_TRUE(idle.ask(get("/healthz")));
  HttpClient busy{http_.bound().port};
  std::string many;
  for (int i = 0; i < 100; ++i) many += get("/api/v1/status");
  ASSERT_TRUE(busy.send(many));
  http_.stop();
  server_.stop();
  http_.stop();
}

TEST_F(HttpServerTest, SaysWhichAddressIsInUse) {
  try {
    HttpServer second{server_, http_.bound(), log_};
    FAIL() << "bound twice";
  } catch (const proxy::runtime::StartError& error) {
    EXPECT_EQ(std::string{error.what()},
              "http " + http_.bound().to_string() + ": Address already in use");
  }
}

}  // namespace
}  // namespace web::server
