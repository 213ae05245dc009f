#include "proxy/runtime/push/apns_gateway.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/push/apns_stand_in.hpp"
#include "tests/unit/proxy/runtime/push/push_fixture.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
using test::ApnsStandIn;
using test::PlannedAnswer;
using view::ProviderState;

const std::string token_a(64, 'a');
const std::string token_b(64, 'b');

/// A gateway with a production and a sandbox service.
class ApnsGatewayTest : public PushFixture {
 protected:
  ApnsGatewayTest() {
    sandbox_.join(apple_);
    use({});
  }

  void use(const std::filesystem::path& data_dir) {
    ApnsGateway::Options options;
    ApnsSettings team;
    team.key = apple_.key();
    team.key_file = "AuthKey.p8";
    team.key_id = ApnsStandIn::key_id;
    team.team_id = ApnsStandIn::team_id;
    team.topics = {"com.example.phone"};
    team.reach.endpoint = apple_.server().url();
    team.reach.ca_file =
        write("ca.pem", apple_.server().certificate() + sandbox_.server().certificate());
    team.sandbox_endpoint = sandbox_.server().url();
    options.teams = {team};
    options.data_dir = data_dir;
    options.hedge = 100ms;
    gateway_.emplace(
        io_, std::move(options), [this](PushDone done) { done_.push_back(std::move(done)); },
        [this](const view::Provider& provider) { states_.push_back(provider.state); });
  }
  static Push call(std::uint64_t id, const std::string& token = token_a) {
    Push push;
    push.id = PushId{id};
    push.service = proxy::push::Service::apns;
    push.app = "com.example.phone";
    push.token = token;
    push.body = R"({"aps":{"call-id":"a@b"}})";
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
  static std::string header(const ApnsStandIn::Seen& seen, const std::string& name) {
    return seen.request.headers.at(name);
  }

  ApnsStandIn apple_{io_, {"com.example.phone"}};
  ApnsStandIn sandbox_{io_, {"com.example.phone"}};
  std::optional<ApnsGateway> gateway_;
  std::vector<PushDone> done_;
  std::vector<ProviderState> states_;
};

TEST_F(ApnsGatewayTest, SendsWhatAppleWants) {
  const auto done = push(call(7));
  EXPECT_EQ(done.id, PushId{7});
  EXPECT_EQ(done.outcome, PushOutcome::accepted);
  ASSERT_EQ(apple_.seen.size(), 1U);
  const auto& seen = apple_.seen[0];
  EXPECT_EQ(seen.request.path, "/3/device/" + token_a);
  EXPECT_EQ(header(seen, "apns-topic"), "com.example.phone.voip");
  EXPECT_EQ(header(seen, "apns-push-type"), "voip");
  EXPECT_EQ(header(seen, "apns-expiration"), "0");
  EXPECT_EQ(seen.jwt["header"]["kid"], ApnsStandIn::key_id);
  EXPECT_EQ(seen.jwt["claims"]["iss"], ApnsStandIn::team_id);
  EXPECT_EQ(seen.payload["aps"]["call-id"], "a@b");
  EXPECT_EQ(done.reason, "200 OK, apns-id " + header(seen, "apns-id"));
  EXPECT_EQ(health().state, ProviderState::ready);
  EXPECT_EQ(health().accepted, 1U);
  EXPECT_TRUE(health().p99_ms.has_value());
}

TEST_F(ApnsGatewayTest, SendsAnAlertToTheAppItself) {
  auto alert = call(1);
  alert.kind = proxy::push::Kind::alert;
  alert.body = R"({"aps":{"alert":"missed"}})";
  EXPECT_EQ(push(alert).outcome, PushOutcome::accepted);
  EXPECT_EQ(header(apple_.seen.at(0), "apns-topic"), "com.example.phone");
}

TEST_F(ApnsGatewayTest, UsesOneProviderTokenForAll) {
  push(call(1));
  push(call(2));
  EXPECT_EQ(header(apple_.seen.at(0), "authorization"), header(apple_.seen.at(1), "authorization"));
}

TEST_F(ApnsGatewayTest, KeepsItsProviderTokenOverARestart) {
  use(folder_);
  push(call(1));
  use(folder_);
  push(call(2));
  EXPECT_EQ(header(apple_.seen.at(0), "authorization"), header(apple_.seen.at(1), "authorization"));
  const auto file = folder_ / "apns-DEF1234567-ABC1234567.token";
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ApnsGatewayTest, AsksTheSandboxForItsPhones) {
  auto one = call(1);
  one.sandbox = true;
  EXPECT_EQ(push(one).outcome, PushOutcome::accepted);
  EXPECT_EQ(sandbox_.seen.size(), 1U);
  EXPECT_TRUE(apple_.seen.empty());
}

TEST_F(ApnsGatewayTest, LearnsThatATokenIsOfTheSandbox) {
  apple_.known_tokens = {token_b};
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::accepted);
  EXPECT_EQ(done.sandbox, true);
  EXPECT_EQ(apple_.seen.size(), 1U);
  EXPECT_EQ(header(apple_.seen[0], "apns-id"), header(sandbox_.seen.at(0), "apns-id"));
  push(call(2));
  EXPECT_EQ(apple_.seen.size(), 1U);
  EXPECT_EQ(sandbox_.seen.size(), 2U);
}

TEST_F(ApnsGatewayTest, TakesATokenThatNeitherEnvironmentKnowsForDead) {
  apple_.known_tokens = {token_b};
  sandbox_.known_tokens = {token_b};
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::dead);
  EXPECT_EQ(done.reason, "400 BadDeviceToken in both environments");
  EXPECT_EQ(health().state, ProviderState::ready);
}

TEST_F(ApnsGatewayTest, SaysSinceWhenATokenIsDead) {
  apple_.gone[token_a] = 1'700'000'000'123;
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::dead);
  EXPECT_EQ(done.reason, "410 Unregistered");
  EXPECT_EQ(done.dead_since, sip::WallTime{sip::Duration{1'700'000'000'123}});
}

TEST_F(ApnsGatewayTest, ToldOfAWrongTopicKeepsTheTokenAndSaysSo) {
  apple_.plan({400, "DeviceTokenNotForTopic"});
  const auto done = push(call(1));
  EXPECT_EQ(done.outcome, PushOutcome::refused);
  EXPECT_EQ(health().state, ProviderState::degraded);
  EXPECT_EQ(health().last_error,
            "400 DeviceTokenNotForTopic: the token is of another app than the topic says: look at "
            "`topics`");
}

TEST_F(ApnsGatewayTest, StopsAsLongAsItsKeyIsRefused) {
  apple_.plan({403, "InvalidProviderToken"});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::refused);
  EXPECT_EQ(health().state, ProviderState::credentials_refused);
  const auto done = push(call(2));
  EXPECT_EQ(done.outcome, PushOutcome::refused);
  EXPECT_EQ(done.reason, "Apple does not take the key of this app");
  EXPECT_EQ(apple_.seen.size(), 1U);
}

TEST_F(ApnsGatewayTest, SaysThatTheClockIsOffWhenItsKeyIsRefused) {
  PlannedAnswer refusal{403, "InvalidProviderToken"};
  refusal.headers["date"] = "Sun, 06 Nov 1994 08:49:37 GMT";
  apple_.plan(refusal);
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::refused);
  EXPECT_NE(health().last_error.find("this machine's clock is "), std::string::npos);
}

TEST_F(ApnsGatewayTest, MakesNoNewProviderTokenWhenTheOldOneIsYoung) {
  apple_.plan({403, "ExpiredProviderToken"});
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::refused);
  EXPECT_EQ(apple_.seen.size(), 1U);
  EXPECT_EQ(health().state, ProviderState::credentials_refused);
}

TEST_F(ApnsGatewayTest, SendsLessWhenItIsTooMuch) {
  apple_.plan({413, "PayloadTooLarge"});
  auto one = call(1);
  one.slim_body = R"({"aps":{}})";
  EXPECT_EQ(push(one).outcome, PushOutcome::accepted);
  EXPECT_EQ(apple_.seen.at(1).request.body, one.slim_body);
}

TEST_F(ApnsGatewayTest, SendsLessAtOnceWhenItCanTellThatItIsTooMuch) {
  auto one = call(1);
  one.body = R"({"x":")" + std::string(6'000, 'x') + "\"}";
  one.slim_body = R"({"aps":{}})";
  EXPECT_EQ(push(one).outcome, PushOutcome::accepted);
  EXPECT_EQ(apple_.seen.size(), 1U);
  one.id = PushId{2};
  one.slim_body.clear();
  EXPECT_EQ(push(one).reason, "the payload is too large");
}

TEST_F(ApnsGatewayTest, AsksAgainAtOnceOnANewConnectionWhenTheServiceIsUnavailable) {
  apple_.plan({503, "ServiceUnavailable"});
  const auto begun = Clock::now();
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  EXPECT_LT(Clock::now() - begun, 500ms);
  EXPECT_EQ(apple_.server().connections.size(), 2U);
  EXPECT_EQ(header(apple_.seen.at(0), "apns-id"), header(apple_.seen.at(1), "apns-id"));
}

TEST_F(ApnsGatewayTest, GivesUpWithTheServicesReasonWhenTheCallIsOver) {
  for (int i = 0; i < 9; ++i) apple_.plan({500, "InternalServerError"});
  auto one = call(1);
  one.deadline = 300ms;
  const auto done = push(one);
  EXPECT_EQ(done.outcome, PushOutcome::failed);
  EXPECT_EQ(done.reason, "500 InternalServerError");
  EXPECT_EQ(apple_.seen.size(), 2U);
  EXPECT_EQ(health().state, ProviderState::degraded);
}

TEST_F(ApnsGatewayTest, AsksASecondTimeWithTheSameIdWhenNoAnswerComes) {
  PlannedAnswer mute;
  mute.mute = true;
  apple_.plan(mute);
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);
  EXPECT_EQ(header(apple_.seen.at(0), "apns-id"), header(apple_.seen.at(1), "apns-id"));
}

TEST_F(ApnsGatewayTest, LosesNoneAndDoublesNoneOf200WhenAppleGoesAwayInTheirMiddle) {
  EXPECT_EQ(push(call(1)).outcome, PushOutcome::accepted);  // warm
  for (int i = 0; i < 99; ++i) apple_.plan({});
  PlannedAnswer go_away;
  go_away.go_away = true;
  apple_.plan(go_away);
  for (std::uint64_t id = 2; id <= 201; ++id) gateway_->push(call(id));
  ASSERT_TRUE(run_until([&] { return done_.size() == 201; }));
  EXPECT_EQ(apple_.server().connections.size(), 2U);
  std::map<std::string, int> times;
  for (const auto& seen : apple_.seen) ++times[header(seen, "apns-id")];
  EXPECT_EQ(times.size(), 201U);
  EXPECT_EQ(apple_.seen.size(), 201U);
  for (const auto& done : done_) EXPECT_EQ(done.outcome, PushOutcome::accepted) << done.reason;
}

TEST_F(ApnsGatewayTest, RefusesAnAppThatNoKeyIsFor) {
  auto one = call(1);
  one.app = "com.example.other";
  EXPECT_EQ(push(one).reason, "no [[push.apns]] has the topic of this app");
  EXPECT_TRUE(apple_.seen.empty());
}

TEST_F(ApnsGatewayTest, RefusesATokenThatCouldChangeThePath) {
  EXPECT_EQ(push(call(1, "../../x")).reason, "the device token is not hexadecimal");
}

TEST_F(ApnsGatewayTest, TellsOfAServiceThatCannotBeReached) {
  apple_.server().stop();
  auto one = call(1);
  one.deadline = 300ms;
  EXPECT_EQ(push(one).outcome, PushOutcome::failed);
  EXPECT_EQ(health().last_error, "connection refused");
  ASSERT_FALSE(states_.empty());
  EXPECT_EQ(states_.front(), ProviderState::unreachable);
}

TEST_F(ApnsGatewayTest, NamesTheFileOfAKeyThatIsNone) {
  ApnsGateway::Options options;
  options.teams.resize(1);
  options.teams[0].key_file = "AuthKey.p8";
  options.teams[0].key = "nonsense";
  try {
    const ApnsGateway gateway{io_, options, [](const PushDone&) {}, {}};
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(),
              std::string{"push.apns: key_file \"AuthKey.p8\": it holds no private key in PEM (or "
                          "one with a passphrase)"});
  }
}

}  // namespace
}  // namespace proxy::runtime::push
