#include "web/server/listener.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include "proxy/runtime/loop/server.hpp"
#include "tests/unit/web/server/http_client.hpp"
#include "tests/unit/web/server/site.hpp"

namespace web::server {
namespace {

using std::chrono::milliseconds;

std::shared_ptr<FakeBackend> answering() {
  return std::make_shared<FakeBackend>([](const api::Task&) { return api::Ready{}; });
}

TEST(Listener, SaysWhichAddressIsInUse) {
  Site site{answering()};
  boost::asio::io_context io;
  const sip::Endpoint taken{loopback().address, site.port()};
  try {
    Listener second{io, taken, answering(), {}, nullptr};
    FAIL() << "bound twice";
  } catch (const proxy::runtime::StartError& error) {
    EXPECT_EQ(std::string{error.what()},
              "http 127.0.0.1:" + std::to_string(site.port()) + ": Address already in use");
  }
}

TEST(Listener, CutsAClientThatDribblesItsRequest) {
  HttpLimits limits;
  limits.request_time = milliseconds{100};
  Site site{answering(), limits};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.send("GET /healthz HTTP/1.1\r\nX: "));
  // Each byte comes well before the limit; the last would come long after it.
  bool cut = false;
  for (int sent = 0; !cut && sent < 1'000; ++sent)
    cut = client.hears_within(milliseconds{10}) || !client.send("x");
  EXPECT_TRUE(cut);
  EXPECT_TRUE(client.ended());
}

TEST(Listener, CutsAClientThatStopsInTheMiddleOfItsHead) {
  HttpLimits limits;
  limits.request_time = milliseconds{50};
  Site site{answering(), limits};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.send("GET /healthz HTTP/1.1\r\nHost:"));
  EXPECT_TRUE(client.ended());
}

TEST(Listener, CutsAClientThatStopsInTheMiddleOfItsBody) {
  HttpLimits limits;
  limits.request_time = milliseconds{50};
  Site site{answering(), limits};
  HttpClient client{site.port()};
  auto request = with_body("POST", "/api/v1/users", "{          }");
  request.resize(request.size() - 5);
  ASSERT_TRUE(client.send(request));
  EXPECT_TRUE(client.ended());
}

TEST(Listener, ClosesAnIdleConnection) {
  HttpLimits limits;
  limits.idle_time = milliseconds{50};
  Site site{answering(), limits};
  HttpClient silent{site.port()};
  HttpClient done{site.port()};
  ASSERT_TRUE(done.ask(get("/healthz")));
  EXPECT_TRUE(silent.ended());
  EXPECT_TRUE(done.ended());
}

TEST(Listener, GivesTheRequestTimeFromItsFirstByteAndNotFromTheConnect) {
  HttpLimits limits;
  limits.request_time = milliseconds{1};
  limits.idle_time = milliseconds{20'000};
  const auto backend = std::make_shared<FakeBackend>();
  Site site{backend, limits};
  HttpClient client{site.port()};
  ASSERT_TRUE(client.send(get("/api/v1/status")));
  backend->wait_for(1);
  backend->answer(0, api::Ready{});
  EXPECT_EQ(client.receive()->status, 200) << "waiting for the backend is not the client's fault";
}

TEST(Listener, ClosesTheLongestIdleConnectionForANewOne) {
  HttpLimits limits;
  limits.connections = 2;
  Site site{answering(), limits};
  HttpClient first{site.port()};
  ASSERT_TRUE(first.ask(get("/healthz")));
  HttpClient second{site.port()};
  ASSERT_TRUE(second.ask(get("/healthz")));
  ASSERT_TRUE(first.ask(get("/healthz")));
  HttpClient third{site.port()};
  EXPECT_EQ(third.ask(get("/healthz"))->status, 200);
  EXPECT_TRUE(second.ended()) << "it had waited longest";
  EXPECT_EQ(first.ask(get("/healthz"))->status, 200);
}

TEST(Listener, TurnsAwayWhomItCannotServe) {
  HttpLimits limits;
  limits.connections = 2;
  const auto backend = std::make_shared<FakeBackend>();
  Site site{backend, limits};
  HttpClient first{site.port()};
  HttpClient second{site.port()};
  ASSERT_TRUE(first.send(get("/api/v1/status")));
  ASSERT_TRUE(second.send(get("/api/v1/status")));
  backend->wait_for(2);
  HttpClient third{site.port()};
  const auto reply = third.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_TRUE(third.ended());
  backend->answer(0, api::Ready{});
  backend->answer(1, api::Ready{});
  EXPECT_EQ(first.receive()->status, 200);
  EXPECT_EQ(second.receive()->status, 200);
}

TEST(Listener, CutsAClientThatDoesNotReadItsReply) {
  HttpLimits limits;
  limits.connections = 1;
  limits.reply_time = milliseconds{100};
  const std::string large(32'000'000, 'x');
  Site site{std::make_shared<FakeBackend>([&](const api::Task&) {
              api::Status status;
              status.version = large;
              return status;
            }),
            limits};
  HttpClient deaf{site.port()};
  ASSERT_TRUE(deaf.send(get("/api/v1/status")));
  // The only place is free again when the deaf client has been cut.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  int status = 0;
  while (status != 200 && std::chrono::steady_clock::now() < until) {
    HttpClient next{site.port()};
    const auto reply = next.ask(get("/healthz"));
    if (reply) status = reply->status;
  }
  EXPECT_EQ(status, 200);
  EXPECT_LT(deaf.receive_all().size(), large.size());
}

TEST(Listener, ClosingEndsAllConnections) {
  const auto backend = std::make_shared<FakeBackend>();
  Site site{backend};
  HttpClient idle{site.port()};
  HttpClient waiting{site.port()};
  ASSERT_TRUE(idle.ask(get("/healthz")));
  ASSERT_TRUE(waiting.send(get("/api/v1/status")));
  backend->wait_for(1);
  site.listener().close();
  site.listener().close();
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(waiting.ended());
  backend->answer(0, api::Ready{});
}

TEST(Listener, LogsAChangeWithItsTargetAndNeverWithASecret) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
  ASSERT_TRUE(file);
  {
    Site site{std::make_shared<FakeBackend>([](const api::Task&) { return api::Removed{}; }),
              {},
              fileno(file.get())};
    HttpClient client{site.port()};
    ASSERT_TRUE(client.ask(with_body("PATCH", "/api/v1/users/a@b", R"({"password":"hunter2"})")));
    ASSERT_TRUE(client.ask(get("/api/v1/users")));
  }
  std::rewind(file.get());
  std::string log(65'536, '\0');
  log.resize(std::fread(log.data(), 1, log.size(), file.get()));
  EXPECT_NE(log.find("http.change method=PATCH target=/api/v1/users/a@b status=204"),
            std::string::npos)
      << log;
  EXPECT_EQ(log.find("hunter2"), std::string::npos);
  EXPECT_EQ(log.find("good"), std::string::npos);
  EXPECT_EQ(log.find("method=GET"), std::string::npos) << "reading is not worth a line";
}

}  // namespace
}  // namespace web::server
