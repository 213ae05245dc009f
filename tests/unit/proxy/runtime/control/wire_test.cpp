#include "proxy/runtime/control/wire.hpp"

#include <gtest/gtest.h>

namespace proxy::runtime::control {
namespace {

/// What the server understands of a change that the command line wrote.
template <class T>
T carried(const T& change) {
  auto decoded = decode_change(encode(Change{change}));
  return std::get<T>(std::get<Change>(std::move(decoded)));
}

std::string why_not(std::string_view line) {
  const auto decoded = decode_change(line);
  const auto* refused = std::get_if<view::Refused>(&decoded);
  return refused == nullptr ? "accepted" : refused->why;
}

TEST(Wire, CarriesANewUserWhole) {
  const auto user = carried(AddUser{"a@b.example", "p\"\\\n\x7f", "Anna Ä", "m", "s"});
  EXPECT_EQ(user.aor, "a@b.example");
  EXPECT_EQ(user.password, "p\"\\\n\x7f");
  EXPECT_EQ(user.display_name, "Anna Ä");
  EXPECT_EQ(user.ha1_md5, "m");
  EXPECT_EQ(user.ha1_sha256, "s");
}

TEST(Wire, KeepsWhatAChangeLeavesAloneApartFromWhatItEmpties) {
  const auto change = carried(ChangeUser{"a@b", std::nullopt, "", false});
  EXPECT_EQ(change.password, std::nullopt);
  EXPECT_EQ(change.display_name, "");
  EXPECT_EQ(change.enabled, false);
}

TEST(Wire, CarriesAChangeOfATokenFieldByField) {
  ChangeToken change{
      3, "cron", record::Scope::read, std::optional{sip::WallTime{std::chrono::hours{9}}}, {}};
  auto read = carried(change);
  EXPECT_EQ(read.id, 3);
  EXPECT_EQ(read.name, "cron");
  EXPECT_EQ(read.scope, record::Scope::read);
  EXPECT_EQ(read.expires_at, change.expires_at);
  change.expires_at.emplace(std::nullopt);
  read = carried(change);
  ASSERT_TRUE(read.expires_at);
  EXPECT_EQ(*read.expires_at, std::nullopt);
  EXPECT_EQ(carried(ChangeToken{3}).expires_at, std::nullopt);
}

TEST(Wire, CarriesTheLimitOfAUser) {
  EXPECT_EQ(carried(ChangeUser{"a@b", {}, {}, {}, {}, 3}).max_contacts, 3U);
  EXPECT_EQ(carried(ChangeUser{"a@b", {}, {}, {}}).max_contacts, std::nullopt);
}

TEST(Wire, CarriesWhatAUserWishes) {
  ChangeUser change{"a@b", {}, {}, {}};
  change.forwarding = {true, "x", "", std::nullopt, "y", 30};
  EXPECT_EQ(carried(change).forwarding, change.forwarding);
  AddUser add{"a@b", "secret", "", "", ""};
  add.forwarding.busy = "*97";
  EXPECT_EQ(carried(add).forwarding, add.forwarding);
}

TEST(Wire, CarriesGroups) {
  record::GroupFields fields;
  fields.aor = "sales@a.b";
  fields.members = "x@a.b\ny@a.b";
  fields.ring_s = 7;
  EXPECT_EQ(carried(AddGroup{fields}).fields, fields);
  const auto change = carried(ChangeGroup{"old@a.b", fields});
  EXPECT_EQ(change.aor, "old@a.b");
  EXPECT_EQ(change.fields, fields);
  EXPECT_EQ(carried(RemoveGroup{"old@a.b"}).aor, "old@a.b");
}

TEST(Wire, CarriesTheOtherChanges) {
  EXPECT_EQ(carried(RemoveUser{"a@b"}).aor, "a@b");
  EXPECT_EQ(carried(RemoveRegistration{7}).id, 7);
  EXPECT_EQ(carried(AddToken{"n", "h"}).name, "n");
  EXPECT_EQ(carried(AddToken{"n", "h"}).hash, "h");
  EXPECT_EQ(carried(RingTest{7}).id, 7);
  EXPECT_EQ(carried(TestPush{7}).id, 7);
  EXPECT_EQ(carried(SetAdministrator{"scrypt:x"}).hash, "scrypt:x");
  const auto import = carried(ImportUsers{{{"a@b", "p", "", "", ""}, {"c@d", "", "C", "h", ""}}});
  ASSERT_EQ(import.users.size(), 2U);
  EXPECT_EQ(import.users[1].display_name, "C");
  EXPECT_EQ(import.users[1].ha1_md5, "h");
}

TEST(Wire, CarriesTrunksAndRoutes) {
  record::TrunkFields trunk;
  trunk.name = "one";
  trunk.targets = "a\nb";
  trunk.registers = true;
  trunk.channels = 4;
  EXPECT_EQ(carried(AddTrunk{trunk}).fields, trunk);
  record::RouteFields route;
  route.strip = 1;
  route.emergency = false;
  const auto change = carried(ChangeRoute{{7, ""}, route});
  EXPECT_EQ(change.fields, route);
  EXPECT_EQ(change.which, (record::RowName{7, ""}));
  EXPECT_EQ(carried(RemoveTrunk{{0, "one"}}).which, (record::RowName{0, "one"}));
  EXPECT_EQ(why_not(R"({"cmd":"add_trunk","channels":-1})"), "channels is out of range");
  EXPECT_EQ(why_not(R"({"cmd":"add_trunk","register":"yes"})"), "register must be true or false");
}

TEST(Wire, CarriesBans) {
  const auto ban = carried(AddBan{"192.0.2.1", "noise", std::chrono::hours{2}});
  EXPECT_EQ(ban.address, "192.0.2.1");
  EXPECT_EQ(ban.reason, "noise");
  EXPECT_EQ(ban.duration, sip::Duration{std::chrono::hours{2}});
  EXPECT_EQ(carried(AddBan{"192.0.2.1", "", std::nullopt}).duration, std::nullopt);
  EXPECT_EQ(carried(LiftBan{7, ""}).id, 7);
  EXPECT_EQ(carried(LiftBan{0, "192.0.2.1"}).address, "192.0.2.1");
  EXPECT_EQ(why_not(R"({"cmd":"add_ban","address":"x","duration_ms":"1h"})"),
            "duration_ms must be a number");
}

TEST(Wire, WritesOneLineWhateverIsInIt) {
  EXPECT_EQ(encode(Change{AddUser{"a\n", "\r\n", "\xff\n", "", ""}}).find('\n'), std::string::npos);
  EXPECT_EQ(encode(view::Answer{view::Refused{400, "\n", "\xc3\n"}}).find('\n'), std::string::npos);
}

TEST(Wire, RefusesWhatIsNoRequest) {
  EXPECT_EQ(why_not(""), "not one line of JSON");
  EXPECT_EQ(why_not("{\"cmd\":\"remove_user\""), "not one line of JSON");
  EXPECT_EQ(why_not("\xff\xfe"), "not one line of JSON");
  EXPECT_EQ(why_not("[]"), "a request must be a JSON object");
  EXPECT_EQ(why_not("{}"), "cmd is missing");
  EXPECT_EQ(why_not(R"({"cmd":1})"), "cmd must be a string");
  EXPECT_EQ(why_not(R"({"cmd":"halt"})"), "unknown command");
  EXPECT_EQ(why_not(R"({"cmd":"add_user"})"), "aor is missing");
  EXPECT_EQ(why_not(R"({"cmd":"add_user","aor":["a"]})"), "aor must be a string");
  EXPECT_EQ(why_not(R"({"cmd":"change_user","aor":"a","enabled":1})"),
            "enabled must be true or false");
  EXPECT_EQ(why_not(R"({"cmd":"remove_registration","id":1.5})"), "id must be a number");
  EXPECT_EQ(why_not(R"({"cmd":"import_users","users":{}})"), "users must be a list");
  EXPECT_EQ(why_not(R"({"cmd":"import_users","users":[1]})"), "a user must be an object");
}

TEST(Wire, RefusesDeepNestingAndTooManyUsers) {
  EXPECT_EQ(why_not(std::string(500'000, '[')), "not one line of JSON");
  EXPECT_EQ(why_not(R"({"cmd":"x","a":)" + std::string(9, '[') + std::string(9, ']') + "}"),
            "not one line of JSON");
  ImportUsers many;
  many.users.resize(501);
  EXPECT_EQ(why_not(encode(Change{many})), "more than 500 users in one request");
}

TEST(Wire, CarriesAnswers) {
  const auto done = decode_answer(encode(view::Answer{view::Done{7, std::nullopt, 500}}));
  EXPECT_EQ(std::get<view::Done>(done).id, 7);
  EXPECT_EQ(std::get<view::Done>(done).count, 500U);
  const auto no = decode_answer(encode(view::Answer{view::Refused{409, "aor", "exists"}}));
  EXPECT_EQ(std::get<view::Refused>(no).status, 409);
  EXPECT_EQ(std::get<view::Refused>(no).field, "aor");
  EXPECT_EQ(std::get<view::Refused>(no).why, "exists");
}

TEST(Wire, TakesAnUnreadableAnswerForARefusal) {
  for (const auto* line : {"", "{}", "[1]", "7", R"({"ok":"yes"})", R"({"ok":false})"})
    EXPECT_TRUE(std::holds_alternative<view::Refused>(decode_answer(line))) << line;
}

}  // namespace
}  // namespace proxy::runtime::control
