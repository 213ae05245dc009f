#include "proxy/runtime/push/http2_client.hpp"

#include "tests/support/push/http2_server.hpp"
#include "tests/support/push/tunnel.hpp"
#include "tests/unit/proxy/runtime/push/push_fixture.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
using test::Http2Server;
using Connection = Http2Server::Connection;
using Request = Http2Server::Request;

class Http2ClientTest : public PushFixture {
 protected:
  Http2ClientTest()
      : server_{io_, [this](Connection& connection, const Request& request) {
                  bodies_.push_back(request.body);
                  script_(connection, request);
                }} {}

  void use(sip::Duration hedge = 0ms, std::optional<Target> proxy = std::nullopt) {
    Http2Client::Options options;
    options.connection.target = parse_url(server_.url()).value();
    options.connection.tls = make_tls_client(write("ca.pem", server_.certificate()));
    options.connection.proxy = std::move(proxy);
    options.connection.connect_timeout = 2s;
    options.hedge = hedge;
    options.queued = 1'000;
    client_.emplace(io_, std::move(options),
                    [this](const std::string& why) { troubles_.push_back(why); });
  }
  void ask(std::string body, Clock::duration patience = 10s) {
    HttpRequest request{"/push", {{"k", "v"}}, sip::make_bytes(body)};
    client_->ask(std::move(request), Clock::now() + patience, false,
                 [this, body = std::move(body)](const HttpAnswer& answer) {
                   answers_.emplace_back(body, answer);
                 });
  }
  static void ok(Connection& connection, const Request& request) {
    connection.peer().answer(request.stream, 200, {}, "fine");
  }
  bool answered(std::size_t count) {
    return run_until([this, count] { return answers_.size() >= count; });
  }
  bool ready() {
    client_->start();
    return run_until([this] { return !troubles_.empty() && troubles_.back().empty(); });
  }
  std::size_t times(const std::string& body) const {
    return static_cast<std::size_t>(std::ranges::count(bodies_, body));
  }

  Http2Server::Script script_{ok};
  Http2Server server_;
  std::optional<Http2Client> client_;
  std::vector<std::pair<std::string, HttpAnswer>> answers_;
  std::vector<std::string> bodies_;
  std::vector<std::string> troubles_;
};

TEST_F(Http2ClientTest, AsksOverTlsAndHearsTheAnswer) {
  use();
  ask("one");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 200);
  EXPECT_EQ(answers_[0].second.body, "fine");
  EXPECT_EQ(troubles_, std::vector<std::string>{""});
}

TEST_F(Http2ClientTest, ConnectsAheadAndThenAsksOverThatConnectionAlone) {
  use();
  ASSERT_TRUE(ready());
  for (int i = 0; i < 50; ++i) ask(std::to_string(i));
  ASSERT_TRUE(answered(50));
  EXPECT_EQ(client_->connections(), 1U);
}

TEST_F(Http2ClientTest, RefusesACertificateThatNobodyItTrustsHasSigned) {
  use();
  client_.reset();
  Http2Client::Options options;
  options.connection.target = parse_url(server_.url()).value();
  options.connection.tls = make_tls_client({});
  client_.emplace(io_, std::move(options),
                  [this](const std::string& why) { troubles_.push_back(why); });
  ask("secret", 300ms);
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.error,
            "TLS: the service's certificate is not accepted: self-signed certificate");
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(Http2ClientTest, RefusesACertificateForAnotherName) {
  use();
  Http2Client::Options options;
  options.connection.target = parse_url(server_.url()).value();
  options.connection.target.host = "127.0.0.2";
  options.connection.tls = make_tls_client(write("ca.pem", server_.certificate()));
  // Everything that begins with 127 is this machine, but the server listens on one address.
  options.connection.proxy = std::nullopt;
  client_.emplace(io_, std::move(options),
                  [this](const std::string& why) { troubles_.push_back(why); });
  ask("secret", 300ms);
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 0);
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(Http2ClientTest, OpensNoMoreStreamsThanAllowedAndQueuesTheRest) {
  server_.set_streams(1);
  use();
  for (int i = 0; i < 20; ++i) ask(std::to_string(i));
  ASSERT_TRUE(answered(20));
  EXPECT_EQ(server_.connections.at(0).lock()->peer().most_open(), 1U);
  EXPECT_EQ(client_->connections(), 1U);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(answers_[static_cast<std::size_t>(i)].first, std::to_string(i));
}

TEST_F(Http2ClientTest, LosesNoneAndDoublesNoneOf200WhenAGoAwayComesInTheirMiddle) {
  // The first connection answers 60, has 40 more under way, and then tells the client to go.
  std::size_t seen = 0;
  std::vector<std::int32_t> held;
  script_ = [&](Connection& connection, const Request& request) {
    const bool first = server_.connections.at(0).lock().get() == &connection;
    ++seen;
    if (!first || seen <= 60) return ok(connection, request);
    if (seen <= 100) held.push_back(request.stream);
    if (seen != 100) return;
    connection.peer().go_away(request.stream, 0);
    for (const auto stream : held) connection.peer().answer(stream, 200, {}, "late");
  };
  use();
  ASSERT_TRUE(ready());
  for (int i = 0; i < 200; ++i) ask(std::to_string(i));
  ASSERT_TRUE(answered(200));
  EXPECT_EQ(answers_.size(), 200U);
  for (const auto& [body, answer] : answers_) EXPECT_EQ(answer.status, 200) << body;
  EXPECT_EQ(client_->connections(), 2U);
  // What was behind the GOAWAY came over both; the first had promised not to touch it.
  std::size_t late = 0;
  for (const auto& [body, answer] : answers_) late += answer.body == "late" ? 1 : 0;
  EXPECT_EQ(late, 40U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(times(std::to_string(i)), 1U) << i;
}

TEST_F(Http2ClientTest, AsksOnceMoreOverANewConnectionWhenOneIsLost) {
  script_ = [this](Connection& connection, const Request& request) {
    if (bodies_.size() == 1) return connection.close();
    ok(connection, request);
  };
  use();
  ASSERT_TRUE(ready());
  ask("one");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 200);
  EXPECT_EQ(bodies_.size(), 2U);
}

TEST_F(Http2ClientTest, GivesUpWhenTheSecondConnectionIsLostToo) {
  script_ = [](Connection& connection, const Request&) { connection.close(); };
  use();
  ask("one");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 0);
  EXPECT_TRUE(answers_[0].second.error.starts_with("the connection was lost"));
  EXPECT_EQ(bodies_.size(), 2U);
}

TEST_F(Http2ClientTest, AsksBesideItselfWhenNoAnswerComes) {
  script_ = [this](Connection& connection, const Request& request) {
    if (bodies_.size() > 1) ok(connection, request);
  };
  use(50ms);
  ASSERT_TRUE(ready());
  ask("one");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 200);
  EXPECT_EQ(bodies_.size(), 2U);
  EXPECT_EQ(client_->connections(), 2U);
}

TEST_F(Http2ClientTest, TakesTheFirstAnswerAloneOfTwo) {
  std::vector<std::pair<Connection*, Request>> held;
  script_ = [&](Connection& connection, const Request& request) {
    held.emplace_back(&connection, request);
    if (held.size() < 2) return;
    for (auto& [where, what] : held) {
      where->peer().answer(what.stream, 200, {}, "both");
      where->flush();
    }
  };
  use(50ms);
  ask("one");
  ASSERT_TRUE(answered(1));
  settle();
  EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(Http2ClientTest, GivesUpAtTheDeadlineWhateverHappens) {
  script_ = [](Connection&, const Request&) {};
  use(50ms);
  ask("one", 200ms);
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.error, "timeout");
}

TEST_F(Http2ClientTest, SaysWhatWasMissingWhenItNeverConnected) {
  use();
  server_.stop();
  ask("one", 300ms);
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.error, "connection refused");
  ASSERT_FALSE(troubles_.empty());
  EXPECT_EQ(troubles_[0], "connection refused");
}

TEST_F(Http2ClientTest, DoesNotSpinWhenConnectionsAreClosedAtOnce) {
  server_.set_mode(Http2Server::Mode::close_at_once);
  use();
  ask("one", 700ms);
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 0);
  EXPECT_LE(client_->connections(), 4U);
}

TEST_F(Http2ClientTest, GivesUpAServiceThatSaysNothingAfterConnecting) {
  server_.set_mode(Http2Server::Mode::mute);
  use();
  ask("one", 300ms);
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.error, "timeout");
}

TEST_F(Http2ClientTest, DropsWhatHasNotLeft) {
  use();
  HttpRequest request{"/push", {}, sip::make_bytes("one")};
  HttpAnswer answer;
  const auto ticket = client_->ask(std::move(request), Clock::now() + 10s, false,
                                   [&answer](const HttpAnswer& got) { answer = got; });
  client_->drop(ticket);
  EXPECT_EQ(answer.error, "dropped");
  ask("two");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(bodies_, std::vector<std::string>{"two"});
}

TEST_F(Http2ClientTest, KeepsTheAnswerOfWhatHadLeftWhenItWasDropped) {
  use();
  ASSERT_TRUE(ready());
  HttpRequest request{"/push", {}, sip::make_bytes("one")};
  HttpAnswer answer;
  const auto ticket = client_->ask(std::move(request), Clock::now() + 10s, false,
                                   [&answer](const HttpAnswer& got) { answer = got; });
  client_->drop(ticket);
  ASSERT_TRUE(run_until([&answer] { return answer.status != 0; }));
  EXPECT_EQ(answer.status, 200);
}

TEST_F(Http2ClientTest, HoldsABoundedQueue) {
  script_ = [](Connection&, const Request&) {};
  use();
  for (int i = 0; i < 1'001; ++i) ask("x");
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].second.error, "queue full");
}

TEST_F(Http2ClientTest, EndsEverythingWhenItStops) {
  script_ = [](Connection&, const Request&) {};
  use();
  ask("one");
  ask("two");
  client_->stop();
  ASSERT_EQ(answers_.size(), 2U);
  EXPECT_EQ(answers_[1].second.error, "shutting down");
}

TEST_F(Http2ClientTest, GoesThroughAProxyWhenItIsGivenOne) {
  test::Tunnel tunnel{io_};
  use(0ms, parse_url(tunnel.url()));
  ask("one");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 200);
  EXPECT_EQ(tunnel.requests,
            std::vector<std::string>{"CONNECT " + server_.url().substr(8) + " HTTP/1.1"});
}

TEST_F(Http2ClientTest, SaysWhatAProxySaidThatOpensNoTunnel) {
  test::Tunnel tunnel{io_, "HTTP/1.1 407 Proxy Authentication Required"};
  use(0ms, parse_url(tunnel.url()));
  ask("one", 300ms);
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.error, "the proxy says HTTP/1.1 407 Proxy Authentication Required");
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(Http2ClientTest, CutsAnAnswerOfTenMegabytes) {
  script_ = [](Connection& connection, const Request& request) {
    connection.peer().answer(request.stream, 500, {}, std::string(10'000'000, 'x'));
  };
  use();
  ask("one");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers_[0].second.status, 500);
  EXPECT_EQ(answers_[0].second.body.size(), 65'536U);
}

}  // namespace
}  // namespace proxy::runtime::push
