#include "proxy/runtime/push/fcm_gateway.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/push/fcm_stand_in.hpp"
#include "tests/support/push/tunnel.hpp"
#include "tests/unit/proxy/runtime/push/push_fixture.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
using test::FcmStandIn;
using view::ProviderState;

class FcmGatewayTest : public PushFixture {
 protected:
  FcmGatewayTest() { use({}); }
  void use(const std::string& proxy) {
    FcmSettings project;
    project.project_id = FcmStandIn::project;
    project.client_email = FcmStandIn::email;
    project.private_key = google_.key();
    project.private_key_id = "key-1";
    project.token_uri = google_.token_uri();
    project.senders = {"123456789012"};
    project.reach.endpoint = google_.server().url();
    project.reach.ca_file = write("ca.pem", google_.server().certificate());
    project.reach.proxy = proxy;
    gateway_.emplace(
        io_, std::vector{project}, [this](PushDone done) { done_.push_back(std::move(done)); },
        HealthBook::Changed{});
  }
  static Push call(std::uint64_t id) {
    Push push;
    push.id = PushId{id};
    push.service = proxy::push::Service::fcm;
    push.app = FcmStandIn::project;
    push.token = "T:1";
    push.body = R"({"call-id":"a@b"})";
    push.ttl = 30s;
    push.deadline = 10s;
    return push;
  }
  PushDone push(Push one) {
    const auto before = done_.size();
    gateway_->push(std::move(one));
    EXPECT_TRUE(run_until([&] { return done_.size() > before; }));
    return done_.empty() ? PushDone{} : done_.back();
  }
  view::Provider health() const { return gateway_->health().at(0); }

  FcmStandIn google_{io_};
  std::optional<FcmGateway> gateway_;
  std::vector<PushDone> done_;
};

TEST_F(FcmGatewayTest, SendsWhatGoogleWants) {
  const auto done = push(call(7));
  EXPECT_EQ(done.id, PushId{7});
  EXPECT_EQ(done.outcome, PushOutcome::accepted);
  EXPECT_EQ(done.reason, "200 OK");
  ASSERT_EQ(google_.seen.size(), 1U);
  const auto& message = google_.seen[0].message;
  EXPECT_EQ(message["token"], "T:1");
  EXPECT_EQ(message["data"]["call-id"], "a@b");
  EXPECT_EQ(message["android"]["ttl"], "30s");
  EXPECT_EQ(health().state, ProviderState::ready);
}

TEST_F(FcmGatewayTest, AsksForOneAccessTokenForAllPushes) {
  for (std::uint64_t id = 1; id <= 20; ++id) gateway_->push(call(id));
  ASSERT_TRUE(run_until([this] { return done_.size() == 20; }));
  EXPECT_EQ(google_.assertions.size(), 1U);
  EXPECT_EQ(google_.seen.size(), 20U);
}

TEST_F(FcmGatewayTest, RenewsAnAccessTokenBeforeItEnds) {
  google_.token_life = 12;  // it is renewed in the second half of what is left of that
  push(call(1));
  ASSERT_TRUE(run_until([this] {
    gateway_->push(call(100 + done_.size()));
    run_until([n = done_.size(), this] { return done_.size() > n; });
    return google_.assertions.size() >= 2;
  }));
  for (const auto& done : done_) EXPECT_EQ(done.outcome, PushOutcome::accepted);
}

TEST_F(FcmGatewayTest, AsksForANewAccessTokenOnceWhenOneIsNotTaken) {
  push(call(1));
  google_.revoke();
  EXPECT_EQ(push(call(2)).outcome, PushOutcome::accepted);
  EXPECT_EQ(google_.assertions.size(), 2U);
}

TEST_F(FcmGatewayTest, StopsWhenNewAccessTokensAreNotTakenEither) {
  google_.plan({401, "UNAUTHENTICATED"});
  google_.plan({401, "UNAUTHENTICATED"});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::refused);
  EXPECT_EQ(health().state, ProviderState::credentials_refused);
  EXPECT_EQ(push(call(2)).reason, "Google does not take this service account");
  EXPECT_EQ(google_.seen.size(), 2U);
}

TEST_F(FcmGatewayTest, SaysWhyNoAccessTokenIsGiven) {
  google_.oauth_status = 400;
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::refused);
  EXPECT_EQ(done.reason, "400");
  EXPECT_EQ(health().state, ProviderState::credentials_refused);
  EXPECT_TRUE(google_.seen.empty());
}

TEST_F(FcmGatewayTest, WaitsForAnAccessTokenAsLongAsTheCallLives) {
  google_.oauth_status = 503;
  auto one = call(1);
  one.deadline = 800ms;
  const auto done = push(one);
  EXPECT_EQ(done.outcome, PushOutcome::failed);
  EXPECT_EQ(done.reason, "access token: 503");
  EXPECT_EQ(health().state, ProviderState::unreachable);
}

TEST_F(FcmGatewayTest, GoesThroughAProxyForItsAccessTokenToo) {
  test::Tunnel tunnel{io_};
  use(tunnel.url());
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  const auto connect = [](const std::string& url) {
    const auto target = parse_url(url).value();
    return "CONNECT " + target.host + ':' + std::to_string(target.port) + " HTTP/1.1";
  };
  std::ranges::sort(tunnel.requests);
  std::vector<std::string> expected{connect(google_.token_uri()), connect(google_.server().url())};
  std::ranges::sort(expected);
  EXPECT_EQ(tunnel.requests, expected);
}

TEST_F(FcmGatewayTest, MapsAProjectNumberToTheProject) {
  auto one = call(1);
  one.app = "123456789012";
  EXPECT_EQ(push(one).outcome, PushOutcome::accepted);
}

TEST_F(FcmGatewayTest, TakesAnUnregisteredTokenForDead) {
  google_.gone = {"T:1"};
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::dead);
  EXPECT_EQ(done.reason, "404 UNREGISTERED");
}

TEST_F(FcmGatewayTest, ToldOfAnotherSenderKeepsTheTokenAndSaysSo) {
  google_.plan({403, "SENDER_ID_MISMATCH"});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::refused);
  EXPECT_EQ(health().state, ProviderState::degraded);
  EXPECT_NE(health().last_error.find("another project"), std::string::npos);
}

TEST_F(FcmGatewayTest, AsksAgainWhenTheServiceIsUnavailable) {
  google_.plan({503, "UNAVAILABLE"});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  EXPECT_EQ(google_.seen.size(), 2U);
}

TEST_F(FcmGatewayTest, WaitsAsLongAsItIsTold) {
  test::PlannedAnswer slow{429, "QUOTA_EXCEEDED"};
  slow.headers["retry-after"] = "1";
  google_.plan(slow);
  const auto begun = Clock::now();
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  EXPECT_GE(Clock::now() - begun, 1s);
}

TEST_F(FcmGatewayTest, SendsNothingThatGoogleWouldRefuse) {
  auto one = call(1);
  one.body = R"({"from":"x"})";
  EXPECT_EQ(push(one).reason, "Google keeps the key 'from' for itself");
  EXPECT_TRUE(google_.seen.empty());
}

}  // namespace
}  // namespace proxy::runtime::push
