#include "web/api/render.hpp"

#include <gtest/gtest.h>

#include "proxy/core/record/timeline.hpp"
#include "web/api/problem.hpp"

namespace web::api {
namespace {

using proxy::record::CallState;
using proxy::record::LegState;
using proxy::record::Step;
using std::chrono::milliseconds;

sip::WallTime at(std::int64_t ms) { return sip::WallTime{milliseconds{ms}}; }

proxy::record::User alice() {
  return {7,    "alice@example.com",  "Alice", std::string(32, 'a'), std::string(64, 'b'), {},
          true, at(1'709'208'000'042)};
}

proxy::view::CallView answered_call() {
  proxy::view::CallView view;
  view.call.id = 12;
  view.call.call_id = "abc@host";
  view.call.caller = "sip:bob@example.com";
  view.call.caller_name = "Bob";
  view.call.callee = "alice@example.com";
  view.call.state = CallState::ended;
  view.call.started_at = at(1'000);
  view.held_until = at(30'000);
  view.call.answered_at = at(3'500);
  view.call.ended_at = at(3'501);
  view.call.end_reason = "answered";
  view.call.final_status = 200;
  view.call.verdict = "Answered by iPhone.";
  view.call.from_trunk = "provider";
  view.call.timeline = proxy::record::encode(
      {{at(1'000), Step::invite, 0, "INVITE"}, {at(1'250), Step::push_accepted, 4, "200 OK"}});
  proxy::record::Leg leg;
  leg.id = 90;
  leg.call_id = 12;
  leg.device_id = 4;
  leg.state = LegState::won;
  leg.pushed_at = at(1'002);
  leg.push_attempts = 1;
  leg.push_result = "accepted";
  view.legs.push_back(leg);
  view.heads = {{12, 0, "INVITE sip:alice@example.com SIP/2.0\r\n"}};
  return view;
}

Json body_of(const Reply& reply) { return Json::parse(reply.body); }

std::string header(const Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers)
    if (key == name) return value;
  return {};
}

TEST(Rfc3339, WritesUtcWithMilliseconds) {
  EXPECT_EQ(rfc3339(at(1'709'208'000'042)), "2024-02-29T12:00:00.042Z");
  EXPECT_EQ(rfc3339(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(at(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, StaysWithinFourDigitYears) {
  EXPECT_EQ(rfc3339(sip::WallTime::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc3339(sip::WallTime::min()), "0000-01-01T00:00:00.000Z");
}

TEST(Render, AUserHasNoPasswordAndNoHa1) {
  const auto reply = render(OneUser{alice()});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(
      reply.body,
      R"({"id":7,"aor":"alice@example.com","display_name":"Alice","enabled":true,"max_contacts":null,)"
      R"("do_not_disturb":false,"forward_always":null,"forward_busy":null,"forward_no_answer":null,)"
      R"("forward_no_answer_s":20,"forward_not_reachable":null,)"
      R"("created_at":"2024-02-29T12:00:00.042Z"})"
      "\n");
}

TEST(Render, AMadeUserComesWithItsLocation) {
  auto user = alice();
  user.aor = "a/b%20c@example.com";
  const auto reply = render(Created{user});
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(header(reply, "Location"), "/api/v1/users/a%2fb%2520c@example.com");
  EXPECT_EQ(body_of(reply).at("aor"), "a/b%20c@example.com");
}

TEST(Render, ARemovedThingHasNoBody) { EXPECT_EQ(render(Removed{}), (Reply{204, "", "", {}})); }

TEST(Render, AListThatEndsHasANullNext) {
  const auto body = body_of(render(Users{{alice()}, false}));
  EXPECT_EQ(body.at("items").size(), 1U);
  EXPECT_TRUE(body.at("next").is_null());
}

TEST(Render, AnEmptyListIsAnEmptyArray) {
  EXPECT_EQ(render(Users{}).body, "{\"items\":[],\"next\":null}\n");
  EXPECT_EQ(render(Devices{}).body, "{\"items\":[],\"next\":null}\n");
  EXPECT_EQ(render(Registrations{}).body, "{\"items\":[],\"next\":null}\n");
  EXPECT_EQ(render(Calls{}).body, "{\"items\":[],\"next\":null}\n");
}

TEST(Render, AListThatGoesOnNamesItsLastRow) {
  EXPECT_EQ(body_of(render(Users{{alice()}, true})).at("next"), "u7");
  Device device;
  device.id = 8;
  EXPECT_EQ(body_of(render(Devices{{device}, true})).at("next"), "d8");
  Registration registration;
  registration.id = 9;
  EXPECT_EQ(body_of(render(Registrations{{registration}, true})).at("next"), "r9");
  EXPECT_EQ(body_of(render(Calls{{answered_call()}, CallCursor{true, 12}})).at("next"), "e12");
}

TEST(Render, ACallTellsAll) {
  const auto expected = Json::parse(R"({
    "id":12, "call_id":"abc@host", "caller":"sip:bob@example.com", "caller_name":"Bob",
    "callee":"alice@example.com", "state":"ended", "started_at":"1970-01-01T00:00:01.000Z",
    "held_until":"1970-01-01T00:00:30.000Z",
    "answered_at":"1970-01-01T00:00:03.500Z", "ended_at":"1970-01-01T00:00:03.501Z",
    "end_reason":"answered", "final_status":200, "from_trunk":"provider", "to_trunk":null,
    "legs":[{"device":4, "state":"won",
             "push":{"asked_at":"1970-01-01T00:00:01.002Z", "attempts":1, "result":"accepted"},
             "late_attempts":0}],
    "timeline":[
      {"at":"1970-01-01T00:00:01.000Z", "what":"invite", "device":null, "detail":"INVITE",
       "message":"INVITE sip:alice@example.com SIP/2.0\r\n"},
      {"at":"1970-01-01T00:00:01.250Z", "what":"push_accepted", "device":4, "detail":"200 OK",
       "message":null}],
    "verdict":"Answered by iPhone."})");
  EXPECT_EQ(body_of(render(answered_call())), expected);
}

TEST(Render, WhatIsNotKnownYetIsNull) {
  proxy::view::CallView view;
  view.legs.emplace_back();
  const auto body = body_of(render(view));
  for (const auto* name : {"held_until", "answered_at", "ended_at", "end_reason", "final_status",
                           "from_trunk", "verdict"})
    EXPECT_TRUE(body.at(name).is_null()) << name;
  EXPECT_EQ(body.at("timeline"), Json::array());
  EXPECT_EQ(body.at("legs").at(0).at("state"), "new");
  EXPECT_TRUE(body.at("legs").at(0).at("push").is_null());
}

TEST(Render, APushWithoutAResultYetHasANullResult) {
  auto view = answered_call();
  view.legs.front().push_result.clear();
  EXPECT_TRUE(body_of(render(view)).at("legs").at(0).at("push").at("result").is_null());
}

TEST(Render, AMessageOfNoStepIsLeftOut) {
  auto view = answered_call();
  view.heads = {{12, 2, "BYE"}, {12, 4'000'000'000, "BYE"}};
  const auto body = body_of(render(view));
  ASSERT_EQ(body.at("timeline").size(), 2U);
  EXPECT_TRUE(body.at("timeline").at(0).at("message").is_null());
}

TEST(Render, ADamagedTimelineIsNullAndNotEmpty) {
  auto view = answered_call();
  view.call.timeline = "\xff\xff\xff";
  EXPECT_TRUE(body_of(render(view)).at("timeline").is_null());
}

TEST(Render, HostileBytesStayValidJson) {
  auto view = answered_call();
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  view.call.call_id = all + "\xc3";
  view.call.caller_name = "\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf";
  view.call.timeline = proxy::record::encode({{at(0), Step::failed, 1, "\xff\"\\</script>"}});
  const auto reply = render(view);
  ASSERT_TRUE(Json::accept(reply.body));
  EXPECT_EQ(reply.body.find('\n'), reply.body.size() - 1) << "control characters are escaped";
}

TEST(Render, ADeviceShowsOnlyTheFingerprintOfItsToken) {
  Device device{4,
                "alice@example.com",
                "<urn:uuid:1>",
                "apns",
                "apns.dev",
                "0a1b2c",
                "LinphoneiOS/5",
                at(0),
                at(1),
                true,
                "",
                2'100,
                3,
                1'900,
                4'200};
  EXPECT_EQ(render(device).body,
            R"({"id":4,"aor":"alice@example.com","instance":"<urn:uuid:1>","platform":"apns",)"
            R"("provider":"apns.dev","token":"0a1b2c","user_agent":"LinphoneiOS/5",)"
            R"("first_seen":"1970-01-01T00:00:00.000Z","last_register":"1970-01-01T00:00:00.001Z",)"
            R"("awake":true,"token_dead":null,"token_dead_at":null,"last_push":null,)"
            R"("last_result":null,"last_wake_ms":2100,"wake_count":3,)"
            R"("wake_p50_ms":1900,"wake_p95_ms":4200})"
            "\n");
}

TEST(Render, ADeviceThatNeverWokeHasNoWakeTime) {
  const auto body = body_of(render(Device{}));
  for (const auto* name : {"last_wake_ms", "wake_p50_ms", "wake_p95_ms"})
    EXPECT_TRUE(body.at(name).is_null()) << name;
  EXPECT_EQ(body.at("wake_count"), 0);
}

TEST(Render, ARegistrationNamesItsDeviceAndSource) {
  const Registration registration{5,
                                  "alice@example.com",
                                  "sip:alice@192.0.2.1:5062",
                                  4,
                                  "udp:0:192.0.2.1:5062",
                                  "192.0.2.1:5062",
                                  at(60'000),
                                  "phone"};
  EXPECT_EQ(render(registration).body,
            R"({"id":5,"aor":"alice@example.com","contact":"sip:alice@192.0.2.1:5062","device":4,)"
            R"("flow":"udp:0:192.0.2.1:5062","received_from":"192.0.2.1:5062",)"
            R"("expires_at":"1970-01-01T00:01:00.000Z","user_agent":"phone"})"
            "\n");
}

TEST(Render, APushServiceSaysHowItIs) {
  proxy::view::Provider provider;
  provider.provider = "apns";
  provider.name = "DEF1234567 com.example.phone";
  provider.state = proxy::view::ProviderState::credentials_refused;
  provider.last_error = "403 InvalidProviderToken";
  provider.last_error_at = sip::WallTime{sip::Duration{42}};
  provider.refused = 3;
  provider.p50_ms = 12;
  EXPECT_EQ(render(Providers{{provider}}).body,
            R"({"items":[{"provider":"apns","name":"DEF1234567 com.example.phone",)"
            R"("state":"credentials refused","last_error":"403 InvalidProviderToken",)"
            R"("last_error_at":"1970-01-01T00:00:00.042Z","last_success_at":null,"accepted":0,)"
            R"("refused":3,"dead":0,"failed":0,"p50_ms":12,"p95_ms":null,"p99_ms":null}],)"
            R"("next":null})"
            "\n");
}

TEST(Render, TheStatusHasCountsListenersAndPush) {
  Status status;
  status.version = "0.1.0";
  status.uptime_s = 61;
  status.listeners = {{"udp", "127.0.0.1:5060"}};
  status.certificates = {{"a.pem", {"a.example", "127.0.0.1"}, at(60'000), "AB:CD", true, false}};
  status.pbx = {"pbx.example", {"udp:192.0.2.10:5060"}, ""};
  proxy::view::Provider webhook;
  webhook.provider = "webhook";
  webhook.accepted = 6;
  webhook.refused = 7;
  webhook.dead = 8;
  webhook.failed = 9;
  proxy::view::Provider team;
  team.provider = "apns";
  team.accepted = 1;
  status.providers = {team, webhook, team};
  status.counters.users = 1;
  status.counters.devices = 2;
  status.counters.registrations = 3;
  status.awake_devices = 6;
  status.counters.held_calls = 4;
  status.counters.ringing_calls = 7;
  status.counters.active_calls = 5;
  EXPECT_EQ(
      render(status).body,
      R"({"version":"0.1.0","uptime_s":61,)"
      R"("listeners":[{"transport":"udp","address":"127.0.0.1:5060"}],)"
      R"("certificates":[{"file":"a.pem","names":["a.example","127.0.0.1"],)"
      R"("expires_at":"1970-01-01T00:01:00.000Z","sha256":"AB:CD","self_signed":true,)"
      R"("expires_soon":false}],)"
      R"("pbx":{"host":"pbx.example","targets":["udp:192.0.2.10:5060"],"trouble":null},)"
      R"("counts":{"users":1,"devices":2,"registrations":3,"awake_devices":6,)"
      R"("held_calls":4,"ringing_calls":7,"active_calls":5},)"
      R"("push":[{"provider":"webhook","configured":true,"accepted":6,"refused":7,"dead":8,)"
      R"("failed":9},)"
      R"({"provider":"apns","configured":true,"accepted":2,"refused":0,"dead":0,"failed":0}]})"
      "\n");
}

TEST(Render, ARefusalIsAProblemDocument) {
  const auto reply = render(proxy::view::Refused{409, "aor", "this user exists"});
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.content_type, "application/problem+json");
  EXPECT_EQ(reply.body, R"({"type":"about:blank","title":"Conflict","status":409,)"
                        R"("detail":"this user exists","field":"aor"})"
                        "\n");
}

TEST(Render, AnOverloadedServerSaysWhenToComeBack) {
  EXPECT_EQ(header(render(proxy::view::Refused{503, "", "busy"}), "Retry-After"), "1");
}

TEST(Unauthorized, NamesTheScheme) {
  const auto reply = unauthorized(false);
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(header(reply, "WWW-Authenticate"), "Bearer realm=\"sipwake\"");
}

TEST(Unauthorized, SaysThatATokenWasWrong) {
  EXPECT_EQ(header(unauthorized(true), "WWW-Authenticate"),
            "Bearer realm=\"sipwake\", error=\"invalid_token\"");
}

}  // namespace
}  // namespace web::api
