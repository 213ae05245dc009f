#include "proxy/runtime/push/web_push_gateway.hpp"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/support/push/web_push_stand_in.hpp"
#include "tests/unit/proxy/runtime/push/push_fixture.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
using test::PlannedAnswer;
using test::WebPushStandIn;

class WebPushGatewayTest : public PushFixture {
 protected:
  WebPushGatewayTest() {
    settings_.subject = "mailto:ops@example.com";
    prepare_web_push(settings_, folder_);
    service_.emplace(io_, settings_.public_key);
    settings_.ca_file = write("ca.pem", service_->server().certificate());
    settings_.private_addresses = true;
    start();
  }
  void start() {
    gateway_.emplace(
        io_, settings_, [this](PushDone done) { done_.push_back(std::move(done)); },
        [this](const view::Provider& provider) { states_.push_back(provider.state); });
  }
  Push call(std::uint64_t id) const {
    Push push;
    push.id = PushId{id};
    push.service = proxy::push::Service::webpush;
    push.token = service_->browser().url();
    push.p256dh = service_->browser().p256dh();
    push.auth = service_->browser().auth();
    push.body = R"({"event":"call","call_id":"a@b"})";
    push.slim_body = R"({"event":"call"})";
    push.collapse = "call a@b";
    push.ttl = 30s;
    push.deadline = 5s;
    return push;
  }
  PushDone push(Push one) {
    const auto before = done_.size();
    gateway_->push(std::move(one));
    EXPECT_TRUE(run_until([&] { return done_.size() > before; }));
    return done_.empty() ? PushDone{} : done_.back();
  }
  std::string header(std::size_t at, const std::string& name) const {
    const auto& headers = service_->seen.at(at).request.headers;
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }

  WebPushSettings settings_;
  std::optional<WebPushStandIn> service_;
  std::optional<WebPushGateway> gateway_;
  std::vector<PushDone> done_;
  std::vector<view::ProviderState> states_;
};

TEST_F(WebPushGatewayTest, SendsWhatTheBrowserCanReadAndTheServiceTakes) {
  const auto done = push(call(7));
  EXPECT_EQ(done.id, PushId{7});
  EXPECT_EQ(done.outcome, PushOutcome::accepted) << done.reason;
  ASSERT_EQ(service_->seen.size(), 1U);
  const auto& seen = service_->seen[0];
  EXPECT_EQ(seen.why, "");
  EXPECT_EQ(seen.text, R"({"event":"call","call_id":"a@b"})");
  EXPECT_EQ(header(0, "ttl"), "30");
  EXPECT_EQ(header(0, "urgency"), "high");
  EXPECT_EQ(header(0, "topic").size(), 32U);
  EXPECT_EQ(header(0, "content-encoding"), "aes128gcm");
  EXPECT_EQ(seen.jwt["claims"]["aud"], service_->server().url());
  EXPECT_EQ(seen.jwt["claims"]["sub"], "mailto:ops@example.com");
}

TEST_F(WebPushGatewayTest, SendsNoPayloadToWhoGaveNoKeys) {
  auto bare = call(1);
  bare.p256dh.clear();
  bare.auth.clear();
  EXPECT_EQ(push(bare).outcome, PushOutcome::accepted);
  EXPECT_EQ(service_->seen.at(0).text, std::nullopt);
  EXPECT_TRUE(service_->seen.at(0).request.body.empty());
}

TEST_F(WebPushGatewayTest, SendsNoPayloadForKeysThatAreNone) {
  auto bad = call(1);
  bad.p256dh = "rubbish";
  EXPECT_EQ(push(bad).outcome, PushOutcome::accepted);
  EXPECT_TRUE(service_->seen.at(0).request.body.empty());
}

TEST_F(WebPushGatewayTest, SignsOnceForAService) {
  push(call(1));
  push(call(2));
  EXPECT_EQ(header(0, "authorization"), header(1, "authorization"));
  EXPECT_NE(service_->seen.at(0).request.body, service_->seen.at(1).request.body)
      << "each message has a key and salt of its own";
}

TEST_F(WebPushGatewayTest, TakesGoneAndNotFoundForDead) {
  for (const int status : {404, 410}) {
    service_->plan({status});
    const auto done = push(call(static_cast<std::uint64_t>(status)));
    EXPECT_EQ(done.outcome, PushOutcome::dead);
    EXPECT_TRUE(done.reason.starts_with(std::to_string(status))) << done.reason;
  }
}

TEST_F(WebPushGatewayTest, SendsLessWhenItWasTooLarge) {
  service_->plan({413});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  EXPECT_EQ(service_->seen.at(1).text, R"({"event":"call"})");
  service_->plan({413});
  service_->plan({413});
  const auto done = push(call(2));
  EXPECT_EQ(done.outcome, PushOutcome::refused);
  EXPECT_EQ(done.reason, "413 Payload Too Large");
}

TEST_F(WebPushGatewayTest, TriesAgainAfterTroubleOfTheService) {
  service_->plan({500});
  service_->plan({503});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  EXPECT_EQ(service_->seen.size(), 3U);
}

TEST_F(WebPushGatewayTest, WaitsAsLongAsItIsTold) {
  PlannedAnswer busy{429};
  busy.headers["retry-after"] = "1";
  service_->plan(busy);
  const auto begin = Clock::now();
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  EXPECT_GE(Clock::now() - begin, 950ms);
}

TEST_F(WebPushGatewayTest, DoesNotWaitLongerThanTheCallLives) {
  PlannedAnswer busy{429};
  busy.headers["retry-after"] = "60";
  service_->plan(busy);
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::failed);
  EXPECT_EQ(service_->seen.size(), 1U);
}

TEST_F(WebPushGatewayTest, FollowsNoRedirect) {
  PlannedAnswer elsewhere{307};
  elsewhere.headers["location"] = service_->server().url() + "/other";
  service_->plan(elsewhere);
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::refused);
  EXPECT_EQ(done.reason, "307 (redirects are not followed)");
  EXPECT_EQ(service_->seen.size(), 1U);
}

TEST_F(WebPushGatewayTest, SaysWhenTheServiceDoesNotTakeItsKey) {
  service_->plan({403});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::refused);
  EXPECT_EQ(gateway_->health().at(0).state, view::ProviderState::credentials_refused);
}

TEST_F(WebPushGatewayTest, GoesToNoPrivateAddressWrittenAsOne) {
  settings_.private_addresses = false;
  start();
  auto hostile = call(1);
  for (const auto* url : {"https://127.0.0.1:1/x", "https://[::1]:1/x", "https://10.0.0.1/x",
                          "https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/x"}) {
    hostile.token = url;
    ++hostile.id.value;
    const auto done = push(hostile);
    EXPECT_EQ(done.outcome, PushOutcome::refused) << url;
    EXPECT_EQ(done.reason, "its subscription leads to a private address") << url;
  }
  EXPECT_TRUE(service_->seen.empty());
}

TEST_F(WebPushGatewayTest, GoesToNoPrivateAddressBehindAName) {
  settings_.private_addresses = false;
  start();
  auto hostile = call(1);
  const auto url = service_->server().url();
  hostile.token = "https://localhost" + url.substr(url.rfind(':')) + "/wpush/v2/abc";
  hostile.deadline = 1s;
  const auto done = push(hostile);
  EXPECT_EQ(done.outcome, PushOutcome::failed);
  EXPECT_TRUE(service_->server().connections.empty());
}

TEST_F(WebPushGatewayTest, RefusesWhatIsNoHttpsUrl) {
  auto bad = call(1);
  for (const auto* url : {"http://push.test/x", "push.test", "", "https://", "ftp://push.test/x"}) {
    bad.token = url;
    ++bad.id.value;
    EXPECT_EQ(push(bad).outcome, PushOutcome::refused) << url;
  }
}

TEST_F(WebPushGatewayTest, KeepsTheKeyItMade) {
  struct stat facts {};
  ASSERT_EQ(::stat((folder_ / "webpush.pem").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  WebPushSettings again;
  prepare_web_push(again, folder_);
  EXPECT_EQ(again.public_key, settings_.public_key);
  WebPushSettings broken;
  broken.key = "no key";
  EXPECT_THROW(prepare_web_push(broken, folder_), std::runtime_error);
}

TEST_F(WebPushGatewayTest, EndsOpenPushesWhenItStops) {
  service_->server().set_mode(test::Http2Server::Mode::mute);
  gateway_->push(call(1));
  settle();
  gateway_->stop();
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_EQ(done_[0].outcome, PushOutcome::failed);
}

}  // namespace
}  // namespace proxy::runtime::push
