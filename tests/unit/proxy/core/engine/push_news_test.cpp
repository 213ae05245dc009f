#include "proxy/core/engine/push_news.hpp"

#include <gtest/gtest.h>

namespace proxy {
namespace {

using namespace std::chrono_literals;

class OneId final : public sip::IdSource {
 public:
  std::uint64_t next() override { return 1; }
};

/// A device that registered an hour ago and was pushed to five seconds ago.
class PushNews : public ::testing::Test {
 protected:
  PushNews() {
    core.begin({sip::TimePoint{1h}, now}, out);
    core.directory.put_user({1, "bob@example.com", "Bob", "", "", "", true, {}});
    record::Device row;
    row.id = 7;
    row.user_id = 1;
    row.push = {"apns", "p", "t"};
    row.last_register = now - 1h;
    core.directory.add_device(row);
  }
  record::Device& row() { return core.directory.device(7)->row; }
  void learn(PushOutcome outcome, const std::string& reason,
             std::optional<sip::WallTime> dead_since = {}) {
    PushDone done{PushId{1}, outcome, reason};
    done.dead_since = dead_since;
    learn_from_push(core, 7, done, now - 5s);
  }

  const sip::WallTime now{1'700'000'000'000ms};
  OneId ids;
  Core core{std::make_shared<const Settings>(), ids};
  sip::Outbox<Action> out;
};

TEST_F(PushNews, AreKeptWithTheDevice) {
  learn(PushOutcome::accepted, "200 OK");
  EXPECT_EQ(row().last_push, now);
  EXPECT_EQ(row().last_result, "accepted");
  learn(PushOutcome::failed, "timeout");
  EXPECT_EQ(row().last_result, "failed: timeout");
  EXPECT_EQ(row().token_dead, "");
}

TEST_F(PushNews, OfADeadTokenComeWithTheServicesReason) {
  learn(PushOutcome::dead, "410 Unregistered");
  EXPECT_EQ(row().token_dead, "410 Unregistered");
  EXPECT_EQ(row().token_dead_at, now);
  EXPECT_EQ(row().last_result, "dead: 410 Unregistered");
}

TEST_F(PushNews, OfADeadTokenAreOldWhenThePhoneRegisteredSinceItDied) {
  learn(PushOutcome::dead, "410 Unregistered", row().last_register - 1s);
  EXPECT_EQ(row().token_dead, "");
  learn(PushOutcome::dead, "410 Unregistered", row().last_register + 1s);
  EXPECT_EQ(row().token_dead, "410 Unregistered");
}

TEST_F(PushNews, OfADeadTokenAreOldWhenThePhoneRegisteredSinceItWasAsked) {
  row().last_register = now - 4s;
  learn(PushOutcome::dead, "404");
  EXPECT_EQ(row().token_dead, "");
}

TEST_F(PushNews, TellOfWhichEnvironmentATokenIs) {
  PushDone done{PushId{1}, PushOutcome::accepted, {}};
  done.sandbox = true;
  learn_from_push(core, 7, done, now - 5s);
  EXPECT_EQ(row().environment, record::Environment::sandbox);
}

TEST_F(PushNews, OfADeviceThatIsGoneAreNone) {
  core.directory.remove_device(7);
  learn(PushOutcome::dead, "410");
  EXPECT_EQ(core.directory.device(7), nullptr);
}

}  // namespace
}  // namespace proxy
