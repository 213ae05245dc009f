#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/unit/web/server/http_client.hpp"
#include "tests/unit/web/server/site.hpp"

namespace web::server {
namespace {

api::Answer one_status(const api::Task&) {
  api::Status status;
  status.version = "test";
  return status;
}

std::shared_ptr<FakeBackend> answering() { return std::make_shared<FakeBackend>(one_status); }

TEST(Session, AnswersSeveralRequestsOnOneConnection) {
  Site site{answering()};
  HttpClient client{site.port()};
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.ask(get("/healthz"));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, "ok\n");
  }
}

TEST(Session, SendsTheSecurityHeadersWithEveryReply) {
  Site site{answering()};
  HttpClient client{site.port()};
  for (const auto* target : {"/", "/metrics", "/api/v1/status", "/nothing"}) {
    const auto reply = client.ask(get(target));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->header("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply->header("x-frame-options"), "DENY");
    EXPECT_TRUE(reply->header("cache-control").starts_with("no-"));
    EXPECT_TRUE(reply->header("content-security-policy").starts_with("default-src 'none'"));
    EXPECT_EQ(reply->header("content-security-policy").find("unsafe"), std::string::npos);
    EXPECT_TRUE(reply->header("date").ends_with(" GMT"));
    EXPECT_EQ(reply->header("access-control-allow-origin"), "");
  }
}

TEST(Session, HandsTheTaskToTheBackendAndRendersItsAnswer) {
  const auto backend = answering();
  Site site{backend};
  HttpClient client{site.port()};
  const auto reply = client.ask(get("/api/v1/status"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->header("content-type"), "application/json");
  EXPECT_NE(reply->body.find("\"version\":\"test\""), std::string::npos);
  EXPECT_EQ(backend->tasks(), std::vector<api::Task>{api::ReadStatus{}});
}

TEST(Session, ReadsTheBodyOfAChange) {
  const auto backend = answering();
  Site site{backend};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.ask(with_body("POST", "/api/v1/users", R"({"aor":"a@b","password":"p"})")));
  EXPECT_EQ(backend->tasks(), (std::vector<api::Task>{api::AddUser{"a@b", "p", ""}}));
}

TEST(Session, ReadsAChunkedBody) {
  const auto backend = answering();
  Site site{backend};
  HttpClient client{site.port()};
  ASSERT_TRUE(
      client.ask("POST /api/v1/users HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer good\r\n"
                 "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "e\r\n{\"aor\":\"a@b\",\"\r\n10\r\npassword\":\"pq\" }\r\n0\r\n\r\n"));
  EXPECT_EQ(backend->tasks(), (std::vector<api::Task>{api::AddUser{"a@b", "pq", ""}}));
}

TEST(Session, TurnsStrangersAwayWithoutAskingAnybody) {
  const auto backend = answering();
  Site site{backend};
  for (const std::string authorization :
       {"", "Authorization: Bearer bad\r\n", "Authorization: Basic Z29vZA==\r\n",
        "Authorization: Bearer good\r\nAuthorization: Bearer good\r\n",
        "Authorization: Bearer\r\n"}) {
    HttpClient client{site.port()};
    const auto reply =
        client.ask("GET /api/v1/status HTTP/1.1\r\nHost: t\r\n" + authorization + "\r\n");
    ASSERT_TRUE(reply) << authorization;
    EXPECT_EQ(reply->status, 401) << authorization;
    EXPECT_TRUE(reply->header("www-authenticate").starts_with("Bearer ")) << authorization;
    EXPECT_EQ(reply->header("content-type"), "application/problem+json");
  }
  EXPECT_TRUE(backend->tasks().empty());
}

TEST(Session, SaysWhenTokensCannotBeRead) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply =
      client.ask("GET /api/v1/status HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer broken\r\n\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
}

TEST(Session, DoesNotReadTheBodyOfAStranger) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply = client.ask(
      "POST /api/v1/users HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\nExpect: "
      "100-continue\r\n\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 401);
}

TEST(Session, AsksForTheBodyOfAClientThatWaits) {
  Site site{answering()};
  HttpClient client{site.port()};
  auto request = with_body("POST", "/api/v1/users", R"({"aor":"a@b","password":"p"})");
  const auto body_at = request.find("\r\n\r\n") + 4;
  const auto body = request.substr(body_at);
  request.resize(body_at - 2);
  const auto go_on = client.ask(request + "Expect: 100-continue\r\n\r\n");
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->status, 100);
  const auto reply = client.ask(body);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST(Session, AnswersPipelinedRequestsInOrder) {
  Site site{answering()};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.send(get("/healthz") + get("/api/v1/status") + get("/nothing")));
  EXPECT_EQ(client.receive()->body, "ok\n");
  EXPECT_EQ(client.receive()->status, 200);
  EXPECT_EQ(client.receive()->status, 404);
}

TEST(Session, AnswersHeadWithTheLengthAndNoBody) {
  Site site{answering()};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.send("HEAD /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
  const auto all = client.receive_all();
  EXPECT_NE(all.find("Content-Length: 3\r\n"), std::string::npos);
  EXPECT_TRUE(all.ends_with("\r\n\r\n"));
}

TEST(Session, A204HasNeitherBodyNorLength) {
  Site site{std::make_shared<FakeBackend>([](const api::Task&) { return api::Removed{}; })};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.send(with_body("DELETE", "/api/v1/registrations/1", "")));
  const auto reply = client.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 204);
  EXPECT_FALSE(reply->headers.contains("content-length"));
  EXPECT_EQ(client.ask(get("/healthz"))->status, 200) << "the connection goes on";
}

TEST(Session, ClosesWhenTheClientAsksForIt) {
  Site site{answering()};
  for (const auto* request : {"GET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n",
                              "GET /healthz HTTP/1.0\r\n\r\n"}) {
    HttpClient client{site.port()};
    EXPECT_EQ(client.ask(request)->status, 200);
    EXPECT_TRUE(client.ended());
  }
}

TEST(Session, RefusesALongHeadWith431) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply =
      client.ask("GET /healthz HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 431);
  EXPECT_TRUE(client.ended());
}

TEST(Session, TakesAHeadJustBelowTheLimit) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply =
      client.ask("GET /healthz HTTP/1.1\r\nX: " + std::string(16'000, 'x') + "\r\n\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST(Session, RefusesALongBodyWith413BeforeItHasCome) {
  const auto backend = answering();
  Site site{backend};
  HttpClient client{site.port()};
  const auto reply = client.ask(
      "POST /api/v1/users HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer good\r\n"
      "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n{");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413);
  EXPECT_TRUE(backend->tasks().empty());
}

TEST(Session, RefusesALongBodyWith413ThoughTheClientSendsItAll) {
  Site site{answering()};
  HttpClient client{site.port()};
  const auto reply = client.ask(with_body("POST", "/api/v1/users", std::string(3'000'000, ' ')));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413);
}

TEST(Session, RefusesALongChunkedBodyWith413) {
  Site site{answering()};
  HttpClient client{site.port()};
  std::string request =
      "POST /api/v1/users HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer good\r\n"
      "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) request += "10000\r\n" + std::string(65'536, ' ') + "\r\n";
  const auto reply = client.ask(request);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413);
}

TEST(Session, TakesABodyOfExactlyTheLimit) {
  Site site{answering()};
  HttpClient client{site.port()};
  std::string body = R"({"aor":"a@b","password":"p"})";
  body.resize(1'048'576, ' ');
  EXPECT_EQ(client.ask(with_body("POST", "/api/v1/users", body))->status, 200);
}

TEST(Session, RefusesWhatIsNoHttp) {
  Site site{answering()};
  for (const std::string bytes :
       {"\r\n\r\n\r\nx\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.1\r\nHost : t\r\n\r\n",
        "GET / HTTP/1.1\r\nA\x01: b\r\n\r\n"}) {
    HttpClient client{site.port()};
    const auto reply = client.ask(bytes);
    ASSERT_TRUE(reply) << bytes;
    EXPECT_EQ(reply->status, 400) << bytes;
    EXPECT_TRUE(client.ended());
  }
}

TEST(Session, RefusesLengthsThatCouldSmuggleARequest) {
  const auto backend = answering();
  Site site{backend};
  for (const std::string headers :
       {"Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 4294967328\r\n",
        "Content-Length: 18446744073709551620\r\n", "Content-Length: -1\r\n",
        "Content-Length: +4\r\n", "Content-Length: 0x4\r\n"}) {
    HttpClient client{site.port()};
    const auto reply = client.ask(
        "POST /api/v1/users HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer good\r\n"
        "Content-Type: application/json\r\n" +
        headers + "\r\n{}\r\n" + get("/api/v1/status"));
    ASSERT_TRUE(reply) << headers;
    EXPECT_GE(reply->status, 400) << headers;
    EXPECT_TRUE(client.ended()) << headers;
  }
  EXPECT_TRUE(backend->tasks().empty());
}

TEST(Session, AnswersWithWhatComesLateFromAnotherThread) {
  const auto backend = std::make_shared<FakeBackend>();
  Site site{backend};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.send(get("/api/v1/users/a@b")));
  backend->wait_for(1);
  backend->answer(0, proxy::view::Refused{404, "", "there is no such user"});
  EXPECT_EQ(client.receive()->status, 404);
}

TEST(Session, OutlivesAClientThatDidNotWait) {
  const auto backend = std::make_shared<FakeBackend>();
  Site site{backend};
  {
    HttpClient gone{site.port()};
    ASSERT_TRUE(gone.send(get("/api/v1/status")));
    backend->wait_for(1);
  }
  backend->answer(0, api::Status{});
  HttpClient next{site.port()};
  EXPECT_EQ(next.ask(get("/healthz"))->status, 200);
}

TEST(Session, ATaskThatThrowsIsA500) {
  Site site{std::make_shared<FakeBackend>(
      [](const api::Task&) -> api::Answer { throw std::runtime_error("secret reason"); })};
  HttpClient client{site.port()};
  const auto reply = client.ask(get("/api/v1/status"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 500);
  EXPECT_EQ(reply->body.find("secret reason"), std::string::npos);
  EXPECT_EQ(client.ask(get("/healthz"))->status, 200);
}

TEST(Session, AnExceptionEndsTheConnectionAndNotTheServer) {
  Site site{answering()};
  HttpClient cursed{site.port()};
  ASSERT_TRUE(cursed.send(
      "GET /api/v1/status HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer cursed\r\n\r\n"));
  EXPECT_TRUE(cursed.ended());
  HttpClient next{site.port()};
  EXPECT_EQ(next.ask(get("/healthz"))->status, 200);
}

TEST(Session, ZipsALongListForWhoTakesIt) {
  Site site{std::make_shared<FakeBackend>([](const api::Task&) {
    api::Users list;
    list.users.resize(50);
    return list;
  })};
  HttpClient client{site.port()};
  const auto plain = client.ask(get("/api/v1/users"));
  auto request = get("/api/v1/users");
  request.insert(request.size() - 2, "Accept-Encoding: gzip\r\n");
  const auto zipped = client.ask(request);
  ASSERT_TRUE(plain && zipped);
  EXPECT_EQ(plain->header("content-encoding"), "");
  EXPECT_EQ(zipped->header("content-encoding"), "gzip");
  EXPECT_EQ(zipped->header("vary"), "Accept-Encoding");
  EXPECT_LT(zipped->body.size(), plain->body.size() / 5);
}

/// A file that goes with the test.
class Kept {
 public:
  explicit Kept(std::size_t bytes) {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-file-XXXXXX").string();
    const int file = ::mkstemp(name.data());
    ::close(file);
    path = name;
    std::ofstream{path} << std::string(bytes, 'x') << "end";
  }
  Kept(Kept&&) = delete;
  ~Kept() { std::filesystem::remove(path); }
  std::string path;
};

TEST(Session, SendsAFileThatIsLargerThanAnyBuffer) {
  const Kept file{3'000'000};
  Site site{std::make_shared<FakeBackend>([&](const api::Task&) {
    return api::Download{file.path, "sipwake-1.db"};
  })};
  HttpClient client{site.port()};
  for (int i = 0; i < 2; ++i) {
    const auto reply = client.ask(get("/api/v1/backup/sipwake-1.db"));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body.size(), 3'000'003U);
    EXPECT_TRUE(reply->body.ends_with("end"));
    EXPECT_EQ(reply->header("content-disposition"), "attachment; filename=\"sipwake-1.db\"");
  }
}

TEST(Session, SaysThatAFileIsGone) {
  Site site{std::make_shared<FakeBackend>([](const api::Task&) {
    return api::Download{"/nonexistent/x.db", "x.db"};
  })};
  HttpClient client{site.port()};
  const auto reply = client.ask(get("/api/v1/backup/x.db"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 404);
}

}  // namespace
}  // namespace web::server
