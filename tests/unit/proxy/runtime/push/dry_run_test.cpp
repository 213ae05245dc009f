#include "proxy/runtime/push/dry_run.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <thread>

#include "proxy/runtime/push/web_push_gateway.hpp"
#include "tests/support/push/apns_stand_in.hpp"
#include "tests/unit/proxy/runtime/push/push_fixture.hpp"

namespace proxy::runtime::push {
namespace {

class DryRunTest : public PushFixture {
 protected:
  DryRunTest() {
    settings_.data_dir = folder_.string();
    settings_.webpush.emplace().subject = "mailto:ops@example.com";
  }
  Settings settings_;
};

TEST_F(DryRunTest, MakesNoKeyOfItsOwnForBrowsers) {
  const auto findings = dry_run(settings_);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].well);
  EXPECT_EQ(findings[0].service, "webpush mailto:ops@example.com");
  EXPECT_EQ(findings[0].text, "its key is made when the server starts");
  EXPECT_FALSE(has_made_key(settings_.data_dir));
}

TEST_F(DryRunTest, LooksAtTheKeyTheServerHasMade) {
  auto made = *settings_.webpush;
  prepare_web_push(made, settings_.data_dir);
  const auto findings = dry_run(settings_);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].text.starts_with("its key can sign"));
}

TEST_F(DryRunTest, RefusesAKeyThatIsNone) {
  settings_.webpush->key_file = "webpush.pem";
  settings_.webpush->key = "no key";
  EXPECT_THROW(dry_run(settings_), std::runtime_error);
}

/// Apple's service, on a thread of its own, that refuses the made-up token at a time of its own.
class DoctorTest : public DryRunTest {
 protected:
  DoctorTest() {
    settings_.webpush.reset();
    ApnsSettings team;
    team.key = apple_.key();
    team.key_id = test::ApnsStandIn::key_id;
    team.team_id = test::ApnsStandIn::team_id;
    team.topics = {"com.example.phone"};
    team.reach.endpoint = apple_.server().url();
    team.reach.ca_file = write("ca.pem", apple_.server().certificate());
    settings_.apns = {team};
  }
  std::vector<Finding> asked_at(const std::string& date) {
    for (int environment = 0; environment < 2; ++environment)
      apple_.plan({.status = 400, .reason = "BadDeviceToken", .headers = {{"date", date}}});
    const auto guard = boost::asio::make_work_guard(io_);
    std::thread service{[this] { io_.run(); }};
    auto findings = dry_run(settings_);
    io_.stop();
    service.join();
    return findings;
  }
  test::ApnsStandIn apple_{io_, {"com.example.phone"}};
};

TEST_F(DoctorTest, SaysThatTheClockIsOffThoughTheKeyIsTaken) {
  const auto findings = asked_at("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_TRUE(findings[0].well) << findings[0].text;
  EXPECT_FALSE(findings[1].well);
  EXPECT_EQ(findings[1].service, "apns DEF1234567 com.example.phone");
  EXPECT_TRUE(findings[1].text.starts_with("this machine's clock is ")) << findings[1].text;
  EXPECT_TRUE(
      findings[1].text.ends_with("ahead of the service's: have it set over the network (NTP)"));
}

TEST_F(DoctorTest, SaysNothingOfTheClockWhereTheServiceTellsNoTime) {
  EXPECT_EQ(asked_at("now").size(), 1U);
}

}  // namespace
}  // namespace proxy::runtime::push
