#include "proxy/runtime/push/webhook_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>

#include "tests/support/push/http_stub.hpp"
#include "tests/support/push/tunnel.hpp"

namespace proxy::runtime::push {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::HttpStub;
using Reply = HttpStub::Reply;

class WebhookClientTest : public ::testing::Test {
 protected:
  void serve(HttpStub::Script script) { stub_.emplace(io_, std::move(script)); }
  void use(WebhookClient::Options options) {
    client_.emplace(io_, options, [this](PushDone answer) { done_.push_back(std::move(answer)); });
  }
  WebhookClient& client() {
    if (!client_) use({});
    return *client_;
  }
  Push make_push(std::uint64_t id, sip::Duration deadline = seconds{30}) const {
    Push push;
    push.id = PushId{id};
    push.url = stub_ ? stub_->url() : url_;
    push.body = "{\"event\":\"call\"}";
    push.signature = "sha256=00";
    push.deadline = deadline;
    return push;
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto limit = Clock::now() + seconds{10};
    while (!condition() && Clock::now() < limit) io_.run_one_for(milliseconds{100});
    return condition();
  }
  bool run_until_done(std::size_t count = 1) {
    return run_until([this, count] { return done_.size() >= count; });
  }

  boost::asio::io_context io_;
  std::optional<HttpStub> stub_;
  std::optional<WebhookClient> client_;
  std::vector<PushDone> done_;
  std::string url_;
};

TEST_F(WebhookClientTest, SendsBodyAndSignatureAsJson) {
  serve([](const auto&) { return Reply{200}; });
  client().push(make_push(7));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].id, PushId{7});
  EXPECT_EQ(done_[0].outcome, PushOutcome::accepted);
  EXPECT_EQ(done_[0].reason, "200 OK");
  ASSERT_EQ(stub_->requests.size(), 1U);
  const auto& request = stub_->requests[0];
  EXPECT_EQ(request.method_string(), "POST");
  EXPECT_EQ(request.target(), "/push?k=1");
  EXPECT_EQ(request.body(), "{\"event\":\"call\"}");
  EXPECT_EQ(request["X-Sipwake-Signature"], "sha256=00");
  EXPECT_EQ(request["Content-Type"], "application/json");
  EXPECT_TRUE(request["User-Agent"].starts_with("sipwake/"));
  EXPECT_TRUE(request["Host"].starts_with("127.0.0.1:"));
}

TEST_F(WebhookClientTest, LeavesTheSignatureOutWhenThereIsNoSecret) {
  serve([](const auto&) { return Reply{200}; });
  auto push = make_push(1);
  push.signature.clear();
  client().push(push);
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(stub_->requests[0].count("X-Sipwake-Signature"), 0U);
}

TEST_F(WebhookClientTest, TakesGoneAndNotFoundAsADeadToken) {
  serve([this](const auto&) { return Reply{stub_->requests.size() == 1 ? 410U : 404U}; });
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done(1));
  client().push(make_push(2));
  ASSERT_TRUE(run_until_done(2));
  EXPECT_EQ(done_[0].outcome, PushOutcome::dead);
  EXPECT_EQ(done_[0].reason, "410 Gone");
  EXPECT_EQ(done_[1].outcome, PushOutcome::dead);
}

TEST_F(WebhookClientTest, DoesNotRepeatARefusedPush) {
  serve([](const auto&) { return Reply{400}; });
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::refused);
  EXPECT_EQ(stub_->requests.size(), 1U);
}

TEST_F(WebhookClientTest, AsksAgainAfterAServerErrorUntilAccepted) {
  serve([this](const auto&) { return Reply{stub_->requests.size() == 1 ? 500U : 200U}; });
  const auto begin = Clock::now();
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::accepted);
  EXPECT_EQ(stub_->requests.size(), 2U);
  EXPECT_GE(Clock::now() - begin, milliseconds{500});
}

TEST_F(WebhookClientTest, FailsAtOnceWhenRetryAfterLiesBehindTheDeadline) {
  serve([](const auto&) { return Reply{503, "60"}; });
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::failed);
  EXPECT_EQ(done_[0].reason, "503 Service Unavailable");
  EXPECT_EQ(stub_->requests.size(), 1U);
}

TEST_F(WebhookClientTest, FailsWithTimeoutWhenNobodyAnswers) {
  serve([](const auto&) {
    Reply reply;
    reply.mute = true;
    return reply;
  });
  use({milliseconds{50}});
  client().push(make_push(1, milliseconds{300}));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::failed);
  EXPECT_EQ(done_[0].reason, "timeout");
}

TEST_F(WebhookClientTest, SaysThatTheConnectionWasRefused) {
  boost::asio::ip::tcp::acceptor closed{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  url_ = "http://127.0.0.1:" + std::to_string(closed.local_endpoint().port()) + "/";
  closed.close();
  client().push(make_push(1, milliseconds{200}));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::failed);
  EXPECT_EQ(done_[0].reason, "connection refused");
}

TEST_F(WebhookClientTest, ResolvesNames) {
  serve([](const auto&) { return Reply{200}; });
  auto push = make_push(1);
  push.url.replace(push.url.find("127.0.0.1"), 9, "localhost");
  client().push(push);
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::accepted);
}

TEST_F(WebhookClientTest, KeepsItsConnection) {
  serve([](const auto&) { return Reply{200}; });
  for (std::uint64_t id = 1; id <= 3; ++id) {
    client().push(make_push(id));
    ASSERT_TRUE(run_until_done(id));
  }
  EXPECT_EQ(stub_->connections, 1U);
  EXPECT_EQ(stub_->requests.size(), 3U);
}

TEST_F(WebhookClientTest, RepeatsAtOnceWhenTheKeptConnectionWasClosed) {
  serve([](const auto&) {
    Reply reply;
    reply.close_after = true;
    return reply;
  });
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done(1));
  const auto begin = Clock::now();
  client().push(make_push(2));
  ASSERT_TRUE(run_until_done(2));
  EXPECT_EQ(done_[1].outcome, PushOutcome::accepted);
  EXPECT_LT(Clock::now() - begin, milliseconds{400}) << "no backoff";
  EXPECT_EQ(stub_->connections, 2U);
}

TEST_F(WebhookClientTest, NeverAsksMoreAtOnceThanAllowed) {
  serve([](const auto&) { return Reply{200}; });
  use({seconds{5}, 3});
  for (std::uint64_t id = 1; id <= 40; ++id) client().push(make_push(id));
  ASSERT_TRUE(run_until_done(40));
  EXPECT_LE(stub_->at_once_max, 3U);
  EXPECT_LE(stub_->connections, 3U);
  std::vector<std::uint64_t> ids;
  for (const auto& one : done_) ids.push_back(one.id.value);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end()) << "one end each";
  EXPECT_EQ(client().open(), 0U);
}

TEST_F(WebhookClientTest, RefusesMoreThanItsQueueHolds) {
  serve([](const auto&) { return Reply{200}; });
  use({seconds{5}, 1, 2});
  for (std::uint64_t id = 1; id <= 3; ++id) client().push(make_push(id));
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_EQ(done_[0].id, PushId{3});
  EXPECT_EQ(done_[0].outcome, PushOutcome::failed);
  EXPECT_EQ(done_[0].reason, "queue full");
}

TEST_F(WebhookClientTest, ADroppedPushThatWaitsIsNeverSent) {
  serve([](const auto&) { return Reply{200}; });
  use({seconds{5}, 1});
  client().push(make_push(1));
  client().push(make_push(2));
  client().drop(PushId{2});
  ASSERT_TRUE(run_until_done(2));
  EXPECT_EQ(done_[0].id, PushId{2});
  EXPECT_EQ(done_[0].reason, "dropped");
  EXPECT_EQ(done_[1].id, PushId{1});
  EXPECT_EQ(stub_->requests.size(), 1U);
}

TEST_F(WebhookClientTest, ADroppedPushThatIsStillConnectingIsNeverSent) {
  serve([](const auto&) { return Reply{200}; });
  io_.poll();
  client().push(make_push(1));
  io_.poll_one();
  client().drop(PushId{1});
  client().push(make_push(2));
  ASSERT_TRUE(run_until_done(2));
  EXPECT_EQ(done_[0].reason, "dropped");
  EXPECT_EQ(done_[1].outcome, PushOutcome::accepted);
  EXPECT_EQ(stub_->requests.size(), 1U);
}

TEST_F(WebhookClientTest, TheAnswerOfADroppedPushThatWasSentStillCounts) {
  serve([this](const auto&) {
    client_->drop(PushId{1});
    return Reply{200};
  });
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::accepted);
}

TEST_F(WebhookClientTest, ADroppedPushIsNotRepeated) {
  serve([this](const auto&) {
    client_->drop(PushId{1});
    return Reply{500};
  });
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::failed);
  EXPECT_EQ(done_[0].reason, "dropped");
  EXPECT_EQ(stub_->requests.size(), 1U);
}

TEST_F(WebhookClientTest, EndsEveryOpenPushWhenStopped) {
  serve([](const auto&) { return Reply{200}; });
  use({seconds{5}, 1});
  for (std::uint64_t id = 1; id <= 3; ++id) client().push(make_push(id));
  client().stop();
  EXPECT_EQ(done_.size(), 3U);
  client().push(make_push(4));
  EXPECT_EQ(done_.size(), 4U);
  io_.run_for(milliseconds{50});
  EXPECT_EQ(done_.size(), 4U);
}

TEST_F(WebhookClientTest, TurnsToTheFallbackWhenTheFirstCannotBeReached) {
  serve([](const auto&) { return Reply{200}; });
  WebhookClient::Options options;
  options.fallback = {*parse_url(stub_->url())};
  use(std::move(options));
  auto push = make_push(1);
  push.url = "http://127.0.0.1:1/";
  client().push(push);
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::accepted);
}

TEST_F(WebhookClientTest, TurnsToTheFallbackAtOnceWhenTheFirstFails) {
  serve([](const auto&) { return Reply{503}; });
  HttpStub other{io_, [](const auto&) { return Reply{200}; }};
  WebhookClient::Options options;
  options.fallback = {*parse_url(other.url())};
  use(std::move(options));
  const auto begun = Clock::now();
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::accepted);
  EXPECT_LT(Clock::now() - begun, milliseconds{500});
  EXPECT_EQ(other.requests.size(), 1U);
}

TEST_F(WebhookClientTest, AsksNoFallbackWhenTheTokenIsDead) {
  serve([](const auto&) { return Reply{410}; });
  HttpStub other{io_, [](const auto&) { return Reply{200}; }};
  WebhookClient::Options options;
  options.fallback = {*parse_url(other.url())};
  use(std::move(options));
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::dead);
  EXPECT_TRUE(other.requests.empty());
}

TEST_F(WebhookClientTest, LeavesAReceiverAloneThatHasFailedFiveTimes) {
  serve([](const auto&) { return Reply{500}; });
  HttpStub other{io_, [](const auto&) { return Reply{200}; }};
  WebhookClient::Options options;
  options.fallback = {*parse_url(other.url())};
  use(std::move(options));
  for (std::uint64_t id = 1; id <= 20; ++id) {
    client().push(make_push(id));
    ASSERT_TRUE(run_until_done(id));
  }
  EXPECT_EQ(stub_->requests.size(), 5U);
  EXPECT_EQ(other.requests.size(), 20U);
}

TEST_F(WebhookClientTest, FailsWithoutAskingWhileTheOnlyReceiverIsLeftAlone) {
  serve([](const auto&) { return Reply{500}; });
  for (std::uint64_t id = 1; id <= 5; ++id) {
    client().push(make_push(id, milliseconds{50}));
    ASSERT_TRUE(run_until_done(id));
  }
  client().push(make_push(6, milliseconds{50}));
  ASSERT_TRUE(run_until_done(6));
  EXPECT_EQ(done_[5].outcome, PushOutcome::failed);
  EXPECT_EQ(stub_->requests.size(), 5U);
}

TEST_F(WebhookClientTest, SaysHowItsReceiverIs) {
  unsigned status = 200;
  serve([&status](const auto&) { return Reply{status}; });
  const auto state_after = [&](std::uint64_t id, unsigned answer) {
    status = answer;
    client().push(make_push(id, milliseconds{50}));
    EXPECT_TRUE(run_until_done(id));
    return client().health().at(0).state;
  };
  EXPECT_EQ(client().health().at(0).state, view::ProviderState::unknown);
  EXPECT_EQ(state_after(1, 200), view::ProviderState::ready);
  EXPECT_EQ(state_after(2, 500), view::ProviderState::degraded);
  EXPECT_EQ(state_after(3, 403), view::ProviderState::credentials_refused);
  EXPECT_EQ(state_after(4, 410), view::ProviderState::ready);
  EXPECT_EQ(client().health().at(0).accepted, 1U);
  EXPECT_EQ(client().health().at(0).dead, 1U);
}

TEST_F(WebhookClientTest, RefusesAUrlItCannotUse) {
  url_ = "ftp://127.0.0.1/";
  client().push(make_push(1));
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_EQ(done_[0].outcome, PushOutcome::refused);
  EXPECT_EQ(done_[0].reason, "bad URL: must begin with http:// or https://");
}

TEST_F(WebhookClientTest, AsksAProxyForATunnelToHttpsAlone) {
  serve([](const auto&) { return Reply{200}; });
  test::Tunnel tunnel{io_, "HTTP/1.1 403 Forbidden"};
  WebhookClient::Options options;
  options.proxy = parse_url(tunnel.url());
  use(options);
  client().push(make_push(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(done_[0].outcome, PushOutcome::accepted);
  EXPECT_TRUE(tunnel.requests.empty());

  auto secure = make_push(2, milliseconds{300});
  secure.url = "https://push.example.com/";
  client().push(secure);
  ASSERT_TRUE(run_until_done(2));
  EXPECT_EQ(done_[1].reason, "the proxy says HTTP/1.1 403 Forbidden");
  EXPECT_EQ(tunnel.requests, std::vector<std::string>{"CONNECT push.example.com:443 HTTP/1.1"});
}

}  // namespace
}  // namespace proxy::runtime::push
