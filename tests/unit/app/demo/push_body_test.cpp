#include "app/demo/push_body.hpp"

#include <gtest/gtest.h>

namespace app::demo {
namespace {

TEST(PushBody, GivesTheFieldsAPhoneNeeds) {
  const auto push =
      read_push(R"({"event":"call","call_id":"c1","caller":{"uri":"sip:a@x","display_name":"A"},)"
                R"("callee":"b@x","device":{"id":1,"provider":"webhook","param":"p","prid":"t",)"
                R"("user_agent":"ua"},"attempt":2,"sent_at":"2026-01-01T00:00:00.000Z"})");
  ASSERT_TRUE(push);
  EXPECT_EQ(*push, (PushSeen{"call", "c1", "sip:a@x", "b@x", "t", 2}));
}

TEST(PushBody, PushForAWholeUserHasNoToken) {
  const auto push =
      read_push(R"({"event":"call","call_id":"c1","caller":{"uri":"sip:a@x"},"callee":"b@x",)"
                R"("device":null,"attempt":1})");
  ASSERT_TRUE(push);
  EXPECT_EQ(push->prid, "");
}

TEST(PushBody, RefusesWhatIsNoPush) {
  for (
      const char* body : {
          "",
          "[]",
          "{",
          "7",
          R"({"event":"call"})",
          R"({"event":7,"call_id":"c","caller":{"uri":"u"},"callee":"b","device":null,"attempt":1})",
          R"({"event":"e","call_id":"c","caller":"u","callee":"b","device":null,"attempt":1})",
          R"({"event":"e","call_id":"c","caller":{"uri":"u"},"callee":"b","device":{},"attempt":1})",
          R"({"event":"e","call_id":"c","caller":{"uri":"u"},"callee":"b","device":null,"attempt":"1"})",
      })
    EXPECT_FALSE(read_push(body)) << body;
}

TEST(PushBody, SignatureIsTheHexHmacOfTheBody) {
  // RFC 4231 section 4.3, test case 2.
  EXPECT_EQ(push_signature("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace app::demo
