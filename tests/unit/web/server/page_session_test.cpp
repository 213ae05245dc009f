#include <gtest/gtest.h>

#include "tests/unit/web/server/http_client.hpp"
#include "tests/unit/web/server/site.hpp"

namespace web::server {
namespace {

std::shared_ptr<FakeBackend> answering() {
  return std::make_shared<FakeBackend>(
      [](const api::Task&) -> api::Answer { return api::Ready{}; });
}

std::string with_cookie(std::string_view method, std::string_view target, std::string_view more) {
  return std::string{method}
      .append(" ")
      .append(target)
      .append(" HTTP/1.1\r\nHost: t\r\n")
      .append(more)
      .append("Content-Length: 0\r\n\r\n");
}

TEST(PageSession, ReadsWithItsCookieAlone) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply =
      client.ask(with_cookie("GET", "/api/v1/status", "Cookie: sipwake_session=visitor\r\n"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST(PageSession, ChangesNothingWithoutItsCsrfToken) {
  const auto backend = answering();
  Site site{backend};
  for (const auto* token : {"", "X-CSRF-Token: other\r\n"}) {
    HttpClient client{site.port()};
    const auto reply = client.ask(with_cookie(
        "DELETE", "/api/v1/users/a@b", std::string{"Cookie: sipwake_session=visitor\r\n"} + token));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 403);
  }
  EXPECT_TRUE(backend->tasks().empty());
}

TEST(PageSession, ChangesWithItsCsrfToken) {
  const auto backend = answering();
  Site site{backend};
  HttpClient client{site.port()};
  ASSERT_TRUE(
      client.ask(with_cookie("DELETE", "/api/v1/users/a@b",
                             "Cookie: sipwake_session=visitor\r\nX-CSRF-Token: stamp\r\n")));
  EXPECT_EQ(backend->tasks(), (std::vector<api::Task>{api::RemoveUser{"a@b"}}));
}

TEST(PageSession, IsNoneWithAnotherCookie) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply =
      client.ask(with_cookie("GET", "/api/v1/status", "Cookie: sipwake_session=stranger\r\n"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 401);
}

TEST(PageSession, LogsInWithoutOne) {
  const auto backend = answering();
  Site site{backend};
  HttpClient client{site.port()};
  ASSERT_TRUE(
      client.ask("POST /api/v1/login HTTP/1.1\r\nHost: t\r\nContent-Type: "
                 "application/json\r\nContent-Length: 16\r\n\r\n{\"password\":\"p\"}"));
  EXPECT_EQ(backend->tasks(), (std::vector<api::Task>{api::Login{"p", "127.0.0.1"}}));
}

HttpLimits quick() {
  HttpLimits limits;
  limits.heartbeat = std::chrono::milliseconds{20};
  return limits;
}

TEST(EventStream, BeginsWithAHelloAndIsKeptAlive) {
  Site site{answering(), quick()};
  HttpClient client{site.port()};
  client.send(get("/api/v1/events"));
  std::string heard;
  while (heard.find(":\n\n") == std::string::npos) heard += client.receive_some();
  EXPECT_NE(heard.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(heard.find("\r\n\r\nretry: 1000\nid: 1-0\nevent: hello\n"), std::string::npos);
}

TEST(EventStream, TellsWhatHappens) {
  const auto backend = answering();
  Site site{backend, quick()};
  HttpClient client{site.port()};
  client.send(get("/api/v1/events"));
  std::string heard;
  while (heard.find("hello") == std::string::npos) heard += client.receive_some();
  site.run([&] { backend->events().publish({"call", "{\"call\":7}"}); });
  while (heard.find("event: call\ndata: {\"call\":7}\n\n") == std::string::npos)
    heard += client.receive_some();
}

TEST(EventStream, IsForThoseWhoMayRead) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply = client.ask("GET /api/v1/events HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 401);
}

TEST(EventStream, EndsWithTheServer) {
  auto site = std::make_unique<Site>(answering());
  HttpClient client{site->port()};
  client.send(get("/api/v1/events"));
  std::string heard;
  while (heard.find("hello") == std::string::npos) heard += client.receive_some();
  site.reset();
  EXPECT_TRUE(client.ended());
}

}  // namespace
}  // namespace web::server
