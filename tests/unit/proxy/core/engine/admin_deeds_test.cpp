#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "proxy/core/engine/engine.hpp"
#include "proxy/core/record/version.hpp"
#include "tests/support/seeded_ids.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;

/// An engine with one user, whose phone sleeps and can be woken, and one token.
class AdminDeeds : public ::testing::Test {
 protected:
  AdminDeeds() {
    record::Snapshot snapshot;
    snapshot.users = {{1, "bob@a.b", "Bob", "", "", "", true, {}}};
    record::Device device;
    device.id = 7;
    device.user_id = 1;
    device.key = "i:bob-1";
    device.push = {"webhook", "app", "token-bob"};
    record::Binding binding;
    binding.id = 9;
    binding.device_id = 7;
    binding.contact = "sip:bob@203.0.113.1:5060";
    binding.flow = "tcp:4:203.0.113.1:5060";
    binding.expires_at = now_.wall + 1h;
    snapshot.devices = {device};
    snapshot.bindings = {binding};
    snapshot.tokens = {token()};
    snapshot.last_ids = {1, 7, 9, 0, 0, 3, 0, 0};
    engine_.restore(snapshot, now_, out_);
    out_.drain();
  }
  static record::ApiToken token() {
    record::ApiToken row;
    row.id = 3;
    row.name = "scripts";
    row.hash = "00";
    return row;
  }
  static std::shared_ptr<const Settings> settings() {
    auto s = std::make_shared<Settings>();
    s->domains = {"a.b"};
    s->webhook.emplace().url = "http://127.0.0.1:9/";
    s->auth.trusted = {{*sip::AddressBlock::parse("198.51.100.0/24"), std::nullopt}};
    Settings::Local local;
    local.host = "192.0.2.1";
    local.port = 5060;
    s->locals.push_back(local);
    return s;
  }

  /// All that came of an event.
  const std::vector<Action>& on(Event event) {
    engine_.on(std::move(event), now_, out_);
    actions_ = out_.drain();
    for (const auto& action : actions_)
      if (const auto* write = std::get_if<Write>(&action)) seq_ = write->seq;
    return actions_;
  }
  view::Answer change(Change wanted) {
    on(AdminRequest{RequestId{++request_}, std::move(wanted), {"page", "127.0.0.1"}});
    return reply();
  }
  view::Answer reply() const {
    for (const auto& action : actions_)
      if (const auto* one = std::get_if<Reply>(&action)) return one->answer;
    ADD_FAILURE() << "no reply";
    return view::Done{};
  }
  int refused(Change wanted) {
    const auto answer = change(std::move(wanted));
    const auto* problem = std::get_if<view::Refused>(&answer);
    return problem == nullptr ? 0 : problem->status;
  }
  std::vector<std::int64_t> erased(record::Table table) const {
    std::vector<std::int64_t> ids;
    for (const auto& action : actions_)
      if (const auto* write = std::get_if<Write>(&action))
        if (const auto* erase = std::get_if<record::Erase>(&write->change))
          if (erase->table == table) ids.push_back(erase->id);
    return ids;
  }
  template <class Row>
  std::vector<Row> written() const {
    std::vector<Row> rows;
    for (const auto& action : actions_)
      if (const auto* write = std::get_if<Write>(&action))
        if (const auto* row = std::get_if<Row>(&write->change)) rows.push_back(*row);
    return rows;
  }
  template <class Kind>
  std::vector<Kind> done() const {
    std::vector<Kind> all;
    for (const auto& action : actions_)
      if (const auto* one = std::get_if<Kind>(&action)) all.push_back(*one);
    return all;
  }
  /// A trusted peer calls bob, who is asked to wake.
  void call_bob() {
    on(MessageReceived{*sip::parse_flow("udp:0:198.51.100.1:5060"),
                       "INVITE sip:bob@a.b SIP/2.0\r\n"
                       "Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK1\r\n"
                       "Max-Forwards: 70\r\nFrom: <sip:alice@pbx.example>;tag=1\r\n"
                       "To: <sip:bob@a.b>\r\nCall-ID: call-1\r\nCSeq: 1 INVITE\r\n"
                       "Contact: <sip:alice@198.51.100.1>\r\nContent-Length: 0\r\n\r\n"});
  }

  test::SeededIds ids_{1};
  sip::Instant now_{sip::TimePoint{1h}, sip::WallTime{1'000h}};
  Outbox<Action> out_;
  Engine engine_{settings(), ids_};
  std::vector<Action> actions_;
  Seq seq_{0};
  std::uint64_t request_{0};
};

TEST_F(AdminDeeds, HangUpAHeldCallWith480) {
  call_bob();
  EXPECT_TRUE(std::holds_alternative<view::Done>(change(EndCall{1})));
  bool told = false;
  for (const auto& send : done<Send>()) told = told || send.bytes->starts_with("SIP/2.0 480 ");
  EXPECT_TRUE(told);
  const auto calls = written<record::Call>();
  ASSERT_FALSE(calls.empty());
  EXPECT_EQ(calls.back().end_reason, "hung up");
  EXPECT_EQ(calls.back().state, record::CallState::ended);
}

TEST_F(AdminDeeds, HangUpOnlyWhatRings) {
  EXPECT_EQ(refused(EndCall{1}), 404);
  call_bob();
  EXPECT_EQ(refused(EndCall{1}), 0);
  EXPECT_EQ(refused(EndCall{1}), 404);
}

TEST_F(AdminDeeds, ForgetADeviceWithItsRegistrations) {
  EXPECT_EQ(refused(RemoveDevice{7}), 0);
  EXPECT_EQ(erased(record::Table::device), std::vector<std::int64_t>{7});
  EXPECT_EQ(erased(record::Table::binding), std::vector<std::int64_t>{9});
  EXPECT_EQ(engine_.counters().devices, 0U);
  EXPECT_EQ(refused(RemoveDevice{7}), 404);
}

TEST_F(AdminDeeds, ForgetNoDeviceThatTheStoreCannotForget) {
  EXPECT_EQ(refused(RemoveDevice{7}), 0);
  on(StoreFailed{seq_, seq_, "disk full"});
  EXPECT_EQ(std::get<view::Refused>(reply()).status, 503);
  EXPECT_EQ(engine_.counters().devices, 1U);
  EXPECT_EQ(engine_.counters().registrations, 1U);
}

TEST_F(AdminDeeds, TestAPushAsAWakeForNoCall) {
  EXPECT_EQ(refused(TestPush{7}), 0);
  const auto pushes = done<Push>();
  ASSERT_EQ(pushes.size(), 1U);
  EXPECT_NE(pushes[0].body.find("\"event\":\"wake\""), std::string::npos) << pushes[0].body;
}

TEST_F(AdminDeeds, TestNoPushOfADeadToken) {
  EXPECT_EQ(refused(TestPush{8}), 404);
  EXPECT_EQ(refused(TestPush{7}), 0);
  on(PushDone{done<Push>().front().id, PushOutcome::dead, "410 Gone"});
  EXPECT_EQ(refused(TestPush{7}), 409);
  EXPECT_TRUE(done<Push>().empty());
}

TEST_F(AdminDeeds, AreInTheAuditWithWhoDidThem) {
  EXPECT_EQ(refused(RemoveDevice{7}), 0);
  const auto audits = written<record::Audit>();
  ASSERT_EQ(audits.size(), 1U);
  EXPECT_EQ(audits[0].who, "page");
  EXPECT_EQ(audits[0].from, "127.0.0.1");
  EXPECT_EQ(audits[0].what, "device.forget");
  EXPECT_EQ(audits[0].target, "7");
  EXPECT_EQ(refused(RemoveDevice{7}), 404);
  EXPECT_TRUE(written<record::Audit>().empty());
}

TEST_F(AdminDeeds, ChangeWhatATokenMayDo) {
  ChangeToken change_it{3, "cron", record::Scope::read, std::optional{now_.wall + 1h}, {}};
  EXPECT_EQ(refused(change_it), 0);
  const auto rows = written<record::ApiToken>();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, "cron");
  EXPECT_EQ(rows[0].scope, record::Scope::read);
  EXPECT_EQ(rows[0].expires_at, now_.wall + 1h);
  EXPECT_EQ(rows[0].hash, "00");
  EXPECT_EQ(written<record::Audit>().front().detail, "name, scope read, expires_at");

  ChangeToken for_ever;
  for_ever.id = 3;
  for_ever.expires_at.emplace(std::nullopt);
  EXPECT_EQ(refused(for_ever), 0);
  EXPECT_EQ(written<record::ApiToken>().front().expires_at, std::nullopt);
}

TEST_F(AdminDeeds, ChangeNoTokenThatSomebodyElseChanged) {
  const auto version = record::version_of(token());
  EXPECT_EQ(refused(ChangeToken{3, "cron", {}, {}, {version}}), 0);
  EXPECT_EQ(refused(ChangeToken{3, "again", {}, {}, {version}}), 412);
  EXPECT_EQ(refused(RemoveToken{3, {version}}), 412);
  EXPECT_EQ(refused(RemoveToken{3, {}}), 0);
}

TEST_F(AdminDeeds, RefuseATokenThatEndsInThePastOrHasNoName) {
  EXPECT_EQ(refused(ChangeToken{4, "x", {}, {}, {}}), 404);
  EXPECT_EQ(refused(ChangeToken{3, "", {}, {}, {}}), 400);
  EXPECT_EQ(refused(ChangeToken{3, {}, {}, std::optional{now_.wall}, {}}), 400);
}

TEST_F(AdminDeeds, PutATokenBackThatCouldNotBeStored) {
  const auto version = record::version_of(token());
  EXPECT_EQ(refused(ChangeToken{3, "cron", {}, {}, {}}), 0);
  on(StoreFailed{seq_, seq_, "disk full"});
  EXPECT_EQ(refused(ChangeToken{3, "cron", {}, {}, {version}}), 0);
}

TEST_F(AdminDeeds, GiveAUserALimitOfHisOwn) {
  ChangeUser limit{"bob@a.b", {}, {}, {}, {}, 3};
  EXPECT_EQ(refused(limit), 0);
  EXPECT_EQ(written<record::User>().front().max_contacts, 3U);
  limit.max_contacts = 21;
  EXPECT_EQ(refused(limit), 400);
  limit.max_contacts = 0;
  EXPECT_EQ(refused(limit), 0);
  EXPECT_EQ(written<record::User>().front().max_contacts, 0U);
}

}  // namespace
}  // namespace proxy
