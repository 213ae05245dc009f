#include "web/api/event.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

using proxy::record::Step;
using std::chrono::milliseconds;

TEST(Event, TellsAStepOfACall) {
  const auto step = call_step(sip::WallTime{milliseconds{42}}, 7, Step::provisional, 3);
  EXPECT_EQ(step.type, "leg");
  EXPECT_EQ(step.data,
            R"({"at":"1970-01-01T00:00:00.042Z","call":7,"what":"provisional","device":3})");
}

TEST(Event, IsNamedAfterWhatItTouches) {
  EXPECT_EQ(call_step({}, 7, Step::invite, 0).type, "call");
  EXPECT_EQ(call_step({}, 7, Step::push_asked, 3).type, "push");
  EXPECT_EQ(call_step({}, 7, Step::push_failed, 0).type, "push");
  EXPECT_EQ(registration_change({}, 5, true).type, "registration");
  EXPECT_EQ(trouble({}, "error", "store.failed").type, "health");
  EXPECT_EQ(trouble({}, "warn", "ban.set").type, "ban");
}

TEST(Event, TellsARegistration) {
  EXPECT_EQ(registration_change({}, 5, true).data,
            R"({"at":"1970-01-01T00:00:00.000Z","registration":5,"removed":true})");
}

TEST(Event, HasAnIdThatComesBack) {
  EXPECT_EQ(parse_event_id(to_string(EventId{1700, 17})), (EventId{1700, 17}));
  for (const auto* text : {"", "-", "1", "1-", "-1", "a-1", "1-1-1", "99999999999999999999-1"})
    EXPECT_EQ(parse_event_id(text), std::nullopt) << text;
}

TEST(Event, IsWrittenAsTheStandardSays) {
  EXPECT_EQ(event_text({1, 2}, "call", "{}"), "id: 1-2\nevent: call\ndata: {}\n\n");
  EXPECT_EQ(stream_start({1, 2}, false), "retry: 1000\nid: 1-2\nevent: hello\ndata: {}\n\n");
  EXPECT_EQ(stream_start({1, 2}, true), "retry: 1000\nid: 1-2\nevent: reset\ndata: {}\n\n");
}

}  // namespace
}  // namespace web::api
