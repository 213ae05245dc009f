#include "web/server/engine_backend.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/unit/web/server/engine_backend_fixture.hpp"

namespace web::server {
namespace {

using proxy::record::CallState;
using proxy::view::Refused;

TEST_F(EngineBackendTest, SaysHowThePushServicesAre) {
  const auto answer = performed<api::Providers>(api::ReadProviders{});
  ASSERT_EQ(answer.providers.size(), 1U);
  EXPECT_EQ(answer.providers[0].provider, "apns");
}

TEST_F(EngineBackendTest, ListsUsersPageByPage) {
  stored({user(1, "a@x"), user(2, "b@x"), user(5, "c@x")});
  const auto first = performed<api::Users>(api::ListUsers{{0, 2}});
  EXPECT_EQ(first.users.size(), 2U);
  EXPECT_TRUE(first.more);
  const auto second = performed<api::Users>(api::ListUsers{{2, 2}});
  ASSERT_EQ(second.users.size(), 1U);
  EXPECT_EQ(second.users.front().aor, "c@x");
  EXPECT_FALSE(second.more);
}

TEST_F(EngineBackendTest, APageThatIsJustFullIsTheLast) {
  stored({user(1, "a@x"), user(2, "b@x")});
  EXPECT_FALSE(performed<api::Users>(api::ListUsers{{0, 2}}).more);
}

TEST_F(EngineBackendTest, FindsAUserByItsAddressOfRecord) {
  stored({user(1, "a@x")});
  EXPECT_EQ(performed<api::OneUser>(api::ReadUser{"a@x"}).user.id, 1);
  EXPECT_EQ(refusal(api::ReadUser{"b@x"}), 404);
}

TEST_F(EngineBackendTest, ADeviceIsAwakeWhileItHasABindingThatHasNotExpired) {
  stored({user(1, "a@x"), device(4, 1), device(5, 1), device(6, 1), binding(1, 4, in_an_hour()),
          binding(2, 5, wall(1'000))});
  const auto list = performed<api::Devices>(api::ListDevices{std::nullopt, {0, 50}, "", {}});
  ASSERT_EQ(list.devices.size(), 3U);
  EXPECT_TRUE(list.devices[0].awake);
  EXPECT_FALSE(list.devices[1].awake);
  EXPECT_FALSE(list.devices[2].awake);
  EXPECT_TRUE(performed<api::Device>(api::ReadDevice{4}).awake);
}

TEST_F(EngineBackendTest, ADeviceShowsItsUserPlatformAndFingerprintButNotItsToken) {
  stored({user(1, "a@x"), device(4, 1)});
  const auto answer = perform(api::ReadDevice{4});
  const auto& shown = std::get<api::Device>(answer);
  EXPECT_EQ(shown.aor, "a@x");
  EXPECT_EQ(shown.platform, "apns");
  EXPECT_EQ(shown.provider, "apns.dev");
  EXPECT_EQ(shown.token_fingerprint,
            sip::auth::hash_hex(sip::auth::Algorithm::sha256, "secret-token").substr(0, 6));
  EXPECT_EQ(api::render(answer).body.find("secret-token"), std::string::npos);
}

TEST_F(EngineBackendTest, ADeviceShowsItsLearnedWakeTimes) {
  auto learned = device(4, 1);
  for (const auto ms : {2'000, 9'000, 3'000})
    proxy::record::add_wake_time(learned.wake_times, sip::Duration{ms});
  stored({user(1, "a@x"), learned, device(5, 1)});
  const auto list = performed<api::Devices>(api::ListDevices{std::nullopt, {0, 50}, "", {}});
  ASSERT_EQ(list.devices.size(), 2U);
  EXPECT_EQ(list.devices[0].wake_p50_ms, 3'000);
  EXPECT_EQ(list.devices[0].wake_p95_ms, 9'000);
  EXPECT_EQ(list.devices[1].wake_p50_ms, std::nullopt);
  EXPECT_EQ(list.devices[1].wake_p95_ms, std::nullopt);
}

TEST_F(EngineBackendTest, ListsTheDevicesOfOneUser) {
  stored({user(1, "a@x"), user(2, "b@x"), device(4, 1), device(5, 2), device(6, 2)});
  const auto list = performed<api::Devices>(api::ListDevices{"b@x", {0, 1}, "", {}});
  ASSERT_EQ(list.devices.size(), 1U);
  EXPECT_EQ(list.devices.front().id, 5);
  EXPECT_EQ(list.devices.front().aor, "b@x");
  EXPECT_TRUE(list.more);
  EXPECT_EQ(refusal(api::ListDevices{"nobody@x", {0, 1}, "", {}}), 404);
  EXPECT_EQ(refusal(api::ReadDevice{99}), 404);
}

TEST_F(EngineBackendTest, ListsRegistrationsThatHaveNotExpired) {
  stored({user(1, "a@x"), device(4, 1), binding(7, 4, in_an_hour()), binding(8, 4, wall(1'000))});
  const auto list = performed<api::Registrations>(api::ListRegistrations{{0, 50}});
  ASSERT_EQ(list.registrations.size(), 1U);
  EXPECT_EQ(list.registrations.front().id, 7);
  EXPECT_EQ(list.registrations.front().aor, "a@x");
  EXPECT_EQ(list.registrations.front().device, 4);
  EXPECT_EQ(list.registrations.front().received_from, "192.0.2.1:5062");
  EXPECT_EQ(performed<api::Registration>(api::ReadRegistration{7}).id, 7);
  EXPECT_EQ(refusal(api::ReadRegistration{8}), 404);
  EXPECT_EQ(refusal(api::ReadRegistration{9}), 404);
}

TEST_F(EngineBackendTest, ListsLiveCallsFromTheEngineAndEndedOnesFromTheStore) {
  stored(
      {call(1, CallState::ended), call(2, CallState::held), call(3, CallState::ended), leg(9, 3)});
  engine_says(proxy::view::Calls{{{call(2, CallState::held), {}}}, false});
  const auto page = performed<api::Calls>(api::ListCalls{std::nullopt, {}, 50});
  ASSERT_EQ(page.calls.size(), 3U);
  EXPECT_EQ(page.calls[0].call.id, 2);
  EXPECT_EQ(page.calls[1].call.id, 3);
  EXPECT_EQ(page.calls[1].legs, std::vector{leg(9, 3)});
  EXPECT_EQ(page.calls[2].call.id, 1);
  EXPECT_EQ(page.next, std::nullopt);
}

TEST_F(EngineBackendTest, AsksTheEngineForEveryPartOfItsLiveCalls) {
  engine_says(proxy::view::Calls{{{call(1, CallState::held), {}}}, true});
  engine_says(proxy::view::Calls{{{call(2, CallState::held), {}}}, false});
  const auto page = performed<api::Calls>(api::ListCalls{CallState::held, {}, 50});
  EXPECT_EQ(page.calls.size(), 2U);
  ASSERT_EQ(queries_.size(), 2U);
  EXPECT_EQ(std::get<proxy::view::LiveCalls>(queries_[1]).after_id, 1);
}

TEST_F(EngineBackendTest, PagesEndedCallsNewestFirst) {
  for (std::int64_t id = 1; id <= 5; ++id) stored({call(id, CallState::ended)});
  auto page = performed<api::Calls>(api::ListCalls{CallState::ended, {true, 0}, 2});
  ASSERT_EQ(page.calls.size(), 2U);
  EXPECT_EQ(page.calls.front().call.id, 5);
  ASSERT_EQ(page.next, (api::CallCursor{true, 4}));
  page = performed<api::Calls>(api::ListCalls{CallState::ended, *page.next, 3});
  EXPECT_EQ(page.calls.back().call.id, 1);
  EXPECT_EQ(page.next, std::nullopt);
  EXPECT_TRUE(queries_.empty()) << "the engine need not be asked";
}

TEST_F(EngineBackendTest, ABusyEngineIsA503) {
  EXPECT_EQ(refusal(api::ListCalls{}), 503);
  EXPECT_EQ(refusal(api::ReadCall{1}), 503);
  EXPECT_EQ(refusal(api::ReadStatus{}), 503);
  EXPECT_EQ(refusal(api::ReadMetrics{}), 503);
  EXPECT_EQ(refusal(api::CheckReady{}), 503);
  EXPECT_EQ(refusal(api::AddUser{"a@x", "p", ""}), 503);
}

TEST_F(EngineBackendTest, ACallComesFromTheEngineWhileItKnowsIt) {
  stored({call(3, CallState::held)});
  engine_says(proxy::view::CallView{call(3, CallState::active), {}});
  EXPECT_EQ(performed<proxy::view::CallView>(api::ReadCall{3}).call.state, CallState::active);
}

TEST_F(EngineBackendTest, ACallTheEngineHasForgottenComesFromTheStore) {
  stored({call(3, CallState::ended), leg(9, 3)});
  engine_says(Refused{404, "", "no such call"});
  const auto view = performed<proxy::view::CallView>(api::ReadCall{3});
  EXPECT_EQ(view.call.state, CallState::ended);
  EXPECT_EQ(view.legs.size(), 1U);
}

TEST_F(EngineBackendTest, ACallNobodyKnowsIsNotFound) {
  engine_says(Refused{404, "", "no such call"});
  EXPECT_EQ(refusal(api::ReadCall{3}), 404);
}

TEST_F(EngineBackendTest, TheStatusJoinsTheCountersWithTheServersOwnFacts) {
  proxy::view::Status live;
  live.counters.held_calls = 7;
  engine_says(live);
  const auto status = performed<api::Status>(api::ReadStatus{});
  EXPECT_EQ(status.version, "1.2.3");
  EXPECT_EQ(status.providers.size(), 1U);
  EXPECT_EQ(status.counters.held_calls, 7U);
}

TEST_F(EngineBackendTest, MetricsKnowTheProcess) {
  engine_says(proxy::view::Status{});
  const auto metrics = performed<api::Metrics>(api::ReadMetrics{});
  EXPECT_GT(metrics.process.resident_bytes, 1'000'000U);
  EXPECT_GT(metrics.process.open_files, 3U);
  EXPECT_GT(metrics.process.store_bytes, 4'096U);
  EXPECT_GT(metrics.process.cpu_seconds, 0.0);
  EXPECT_GT(metrics.process.start_time, 1.7e9);
}

TEST_F(EngineBackendTest, IsReadyWhenEngineAndStoreAnswer) {
  engine_says(proxy::view::Status{});
  performed<api::Ready>(api::CheckReady{});
}

TEST_F(EngineBackendTest, HandsAUserToTheEngineAndShowsWhatItMade) {
  engine_says(proxy::view::Done{7, user(7, "a@x"), 0});
  EXPECT_EQ(performed<api::Created>(api::AddUser{"a@x", "p", "A"}).user.id, 7);
  ASSERT_EQ(changes_.size(), 1U);
  const auto& add = std::get<proxy::AddUser>(changes_.front());
  EXPECT_EQ(add.aor, "a@x");
  EXPECT_EQ(add.password, "p");
  EXPECT_EQ(add.display_name, "A");
  EXPECT_TRUE(add.ha1_md5.empty() && add.ha1_sha256.empty());
}

TEST_F(EngineBackendTest, ChangesOnlyWhatWasGiven) {
  engine_says(proxy::view::Done{7, user(7, "a@x"), 0});
  performed<api::OneUser>(api::ChangeUser{"a@x", {}, "New", {}});
  const auto& change = std::get<proxy::ChangeUser>(changes_.front());
  EXPECT_EQ(change.aor, "a@x");
  EXPECT_EQ(change.password, std::nullopt);
  EXPECT_EQ(change.display_name, "New");
  EXPECT_EQ(change.enabled, std::nullopt);
}

TEST_F(EngineBackendTest, RemovesUsersAndRegistrations) {
  engine_says(proxy::view::Done{});
  engine_says(proxy::view::Done{});
  performed<api::Removed>(api::RemoveUser{"a@x"});
  performed<api::Removed>(api::RemoveRegistration{5});
  EXPECT_EQ(std::get<proxy::RemoveUser>(changes_[0]).aor, "a@x");
  EXPECT_EQ(std::get<proxy::RemoveRegistration>(changes_[1]).id, 5);
}

TEST_F(EngineBackendTest, NamesAUserToTheEngineInTheFormOfAUri) {
  engine_says(proxy::view::Done{});
  engine_says(proxy::view::Done{7, user(7, "a b@x"), 0});
  performed<api::Removed>(api::RemoveUser{"a b@x"});
  performed<api::OneUser>(api::ChangeUser{"a b@x", {}, {}, true});
  EXPECT_EQ(std::get<proxy::RemoveUser>(changes_[0]).aor, "a%20b@x");
  EXPECT_EQ(std::get<proxy::ChangeUser>(changes_[1]).aor, "a%20b@x");
}

TEST_F(EngineBackendTest, PassesTheEnginesRefusalOn) {
  engine_says(Refused{409, "aor", "this user exists"});
  const auto refused = performed<Refused>(api::AddUser{"a@x", "p", ""});
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.field, "aor");
}

TEST_F(EngineBackendTest, AnAnswerOfAnotherKindIsOurFault) {
  engine_says(proxy::view::Status{});
  engine_says(proxy::view::Done{});
  engine_says(proxy::view::Calls{});
  EXPECT_EQ(refusal(api::AddUser{"a@x", "p", ""}), 500);
  EXPECT_EQ(refusal(api::ReadStatus{}), 500);
  EXPECT_EQ(refusal(api::ReadCall{1}), 500);
}

TEST_F(EngineBackendTest, AdmitsStoredTokensOnly) {
  proxy::record::ApiToken row;
  row.id = 1;
  row.name = "admin";
  row.hash = sip::auth::hash_hex(sip::auth::Algorithm::sha256, "opensesame");
  stored({row});
  EXPECT_EQ(backend_->admit("opensesame").admission, Admission::known);
  EXPECT_EQ(backend_->admit("opensesam").admission, Admission::unknown);
  EXPECT_EQ(backend_->admit(row.hash).admission, Admission::unknown);
}

TEST_F(EngineBackendTest, ADamagedStoreIsA503AndNoCrash) {
  stored({user(1, "a@x")});
  proxy::store::Connection{store_.path(), proxy::store::Access::read_write}.run(
      "DROP TABLE user; DROP TABLE api_token");
  EXPECT_EQ(refusal(api::ListUsers{{0, 50}}), 503);
  EXPECT_EQ(backend_->admit("anything").admission, Admission::unavailable);
  engine_says(proxy::view::Status{});
  EXPECT_EQ(refusal(api::CheckReady{}), 503);
}

TEST_F(EngineBackendTest, ATrunkComesWithItsState) {
  proxy::record::Trunk one;
  one.id = 1;
  one.name = "one";
  stored({one});
  engine_says(
      proxy::view::TrunkStates{{{1, {{"registered", ""}}, {{"udp:192.0.2.1:5060", false}}, 3}}});
  const auto json = nlohmann::json::parse(api::render(perform(api::ListTrunks{{0, 50}})).body);
  EXPECT_EQ(json["items"][0]["state"], nlohmann::json::parse(R"({
    "registration": {"state": "registered", "why": null},
    "targets": [{"to": "udp:192.0.2.1:5060", "up": false}],
    "calls": 3})"));
}

TEST_F(EngineBackendTest, ATrunkThatTheEngineDoesNotKnowYetHasNoState) {
  proxy::record::Trunk one;
  one.id = 1;
  one.name = "one";
  stored({one});
  engine_says(proxy::view::TrunkStates{});
  const auto json = nlohmann::json::parse(api::render(perform(api::ReadTrunk{{0, "one"}})).body);
  EXPECT_TRUE(json["state"].is_null());
  EXPECT_EQ(refusal(api::ReadTrunk{{0, "two"}}), 404);
}

TEST_F(EngineBackendTest, ListsBackupsAndRemovesThem) {
  EXPECT_TRUE(performed<api::Backups>(api::ListBackups{}).items.empty());
  const std::filesystem::path folder{dir_.path() + "/backups"};
  std::filesystem::create_directory(folder);
  for (const char* name :
       {"sipwake-20260101-000000-000.db", "sipwake-20260201-000000-000.db", "notes.txt"})
    std::ofstream{folder / name} << "12345";
  const auto list = performed<api::Backups>(api::ListBackups{});
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].name, "sipwake-20260201-000000-000.db");
  EXPECT_EQ(list.items[0].bytes, 5U);
  performed<api::Removed>(api::RemoveBackup{"sipwake-20260201-000000-000.db"});
  EXPECT_EQ(performed<api::Backups>(api::ListBackups{}).items.size(), 1U);
  for (const char* name : {"sipwake-20260201-000000-000.db", "notes.txt", "../sipwake.db"})
    EXPECT_EQ(refusal(api::RemoveBackup{name}), 404) << name;
  EXPECT_TRUE(std::filesystem::exists(folder / "notes.txt"));
}

}  // namespace
}  // namespace web::server
